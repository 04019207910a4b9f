"""Of which times the server of time series was told nothing: pages ask the store about those, as before.

So it is of all that was there before the first server, of what came while there was none, and of everything
once there is another one; until `telemetry-migrate` has brought it.
"""

from __future__ import annotations

import sqlite3

from firmware_bridge.sinks.tiers import HOUR, MINUTE

TABLES = """
CREATE TABLE IF NOT EXISTS fed (one INTEGER PRIMARY KEY CHECK (one = 1), server TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS unsent (since INTEGER NOT NULL, until INTEGER);
"""
_FED = "SELECT server FROM fed"
_FEED = "INSERT OR REPLACE INTO fed (one, server) VALUES (1, ?)"
_ALL = "INSERT INTO unsent (since) SELECT born FROM drain"
_OPEN = "INSERT INTO unsent (since) SELECT min(?, coalesce((SELECT min(at) FROM outgoing), 2 << 61))"
_CLOSE = "UPDATE unsent SET until = ? WHERE until IS NULL"
# Devices hand in what is older than the store.
_FIRST = "coalesce((SELECT min(at) FROM reading WHERE channel = channel.id), 2 << 61)"
_FIRST_CELL = "coalesce((SELECT min(at) FROM rolled WHERE span = {} AND channel = channel.id), 2 << 61)"
_FIRSTS = ", ".join((_FIRST, *(_FIRST_CELL.format(span) for span in (MINUTE, HOUR))))
_OLDER = f"""UPDATE unsent SET since = min(since, coalesce((SELECT min(min({_FIRSTS})) FROM channel), since))
    WHERE until IS NULL AND since <= (SELECT born FROM drain)"""  # noqa: S608

Range = tuple[int, int]  # half-open


def turn(db: sqlite3.Connection, server: str, now: int) -> None:
    """From now on (Unix nanoseconds) readings go to this server, or to none when it is empty."""
    db.execute("BEGIN IMMEDIATE")
    try:
        _turn(db, server, now)
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def ranges(db: sqlite3.Connection, now: int) -> list[Range]:
    """These times, in order; what lasts still ends now."""
    db.execute(_OLDER)
    rows = db.execute("SELECT since, coalesce(until, ?) FROM unsent ORDER BY since", (now,))
    return [(since, until) for since, until in rows if since < until]


def sent(db: sqlite3.Connection, server: str, until: int) -> None:
    """In the running transaction: all that the store had until then is on this server now."""
    row = db.execute(_FED).fetchone()
    if row is not None and row[0] not in ("", server):
        return
    db.execute("DELETE FROM unsent WHERE until <= ?", (until,))
    db.execute("UPDATE unsent SET since = max(since, ?)", (until,))


def _turn(db: sqlite3.Connection, server: str, now: int) -> None:
    row = db.execute(_FED).fetchone()
    if row is not None:
        before = row[0]
    else:
        before = ""
        db.execute(_ALL)
    if before and server not in ("", before):  # another one, which knows nothing
        db.execute("DELETE FROM unsent")
        db.execute(_ALL)
        before = ""
    if before and not server:
        db.execute(_OPEN, (now,))
    elif server and not before:
        db.execute(_OLDER)
        db.execute(_CLOSE, (now,))
    db.execute(_FEED, (server,))
