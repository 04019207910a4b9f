"""The tables of the roll-ups: what each minute and hour of a channel was, and which are to be told anew."""

from __future__ import annotations

MINUTE = 60 * 1_000_000_000
HOUR = 60 * MINUTE

# A reading, however late, marks its minute, and a minute that is rolled up marks its hour: what is marked is
# rolled up anew from what lies below, so doing it twice changes nothing. A trigger marks, so that no writer
# can forget to, and a redelivery marks nothing. `kept` says since when a tier is whole (span 0: readings).
TABLES = f"""
CREATE TABLE IF NOT EXISTS rolled (
    span INTEGER NOT NULL, channel INTEGER NOT NULL, at INTEGER NOT NULL, count INTEGER NOT NULL,
    sum REAL, low REAL, high REAL, text_at INTEGER, text TEXT, PRIMARY KEY (span, channel, at)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stale (
    span INTEGER NOT NULL, at INTEGER NOT NULL, channel INTEGER NOT NULL, PRIMARY KEY (span, at, channel)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS stale_of_channel ON stale (channel, span, at);
CREATE TABLE IF NOT EXISTS kept (
    span INTEGER NOT NULL, channel INTEGER NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (span, channel)
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS reading_marks_its_minute AFTER INSERT ON reading BEGIN
    INSERT OR IGNORE INTO stale (span, at, channel)
    VALUES ({MINUTE}, new.at - new.at % {MINUTE}, new.channel);
END;
INSERT OR IGNORE INTO stale (span, at, channel)
    SELECT {MINUTE}, at - at % {MINUTE}, channel FROM reading
    WHERE (SELECT user_version FROM pragma_user_version) < 1;
PRAGMA user_version = 1;
"""  # noqa: S608
