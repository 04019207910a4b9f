"""A server of time series is away for ten minutes of 1,000 readings a second: nothing lost, soon caught up.

The ten minutes are told as fast as the store takes them, so the backlog is the real one; the server is away
for as long as that takes, and until the drain's pauses have reached their longest. Then readings go on
at their real pace while the drain catches up.
"""

import time
from collections.abc import Iterator

from devices import history
from firmware_bridge.sinks.drain import LONGEST_WAIT, Drainer
from firmware_bridge.sinks.influx import Server
from tests.bench._spool import HZ, PER_SECOND, arrived, hear, store_of_channels
from tests.servers import private_folder
from tests.servers_influx import victoria_server

AWAY = 600
ENOUGH = 60.0


def run() -> Iterator[dict]:
    with private_folder("outage") as folder, victoria_server() as victoria:
        path = folder / "telemetry.sqlite3"
        store, drainer = store_of_channels(path), Drainer(path, Server(victoria.url, bucket="lab"))
        drainer.start()
        try:
            moments = _tell(store, 0, HZ)
            _drained(path)
            victoria.server.stop()
            began = time.monotonic()
            moments = _tell(store, moments, AWAY * HZ)
            time.sleep(max(0.0, 2.5 * LONGEST_WAIT - (time.monotonic() - began)))
            away = time.monotonic() - began
            waiting = history.outgoing(path).waiting
            victoria.server.start()
            caught_up, moments = _catch_up(store, path, moments)
            _drained(path)
        finally:
            drainer.stop()
        total = moments * PER_SECOND // HZ
        found, twice = arrived(victoria.url, total=total)
    if (found, twice) != (total, 0):
        raise AssertionError(f"{found} of {total} readings arrived, {twice} of them twice")
    yield {
        "name": "outage",
        "value": round(caught_up, 1),
        "unit": "s",
        "limit": ENOUGH,
        "ratio": round(caught_up / ENOUGH, 2),
        "detail": {
            "lost": total - found,
            "twice": twice,
            "readings": total,
            "waited_in_the_store": waiting,
            "told_minutes": AWAY // 60,
            "really_away_s": round(away, 1),
            "limit": "caught up within a minute while 1,000 readings a second go on",
        },
    }


def _tell(store, first: int, moments: int) -> int:
    for moment in range(first, first + moments):
        hear(store, moment)
    return first + moments


def _catch_up(store, path, moment: int) -> tuple[float, int]:
    """Seconds until less than a second's readings wait, and the next moment to tell."""
    began, told = time.monotonic(), 0
    while history.outgoing(path).waiting >= PER_SECOND:
        due = int((time.monotonic() - began) * HZ)
        told, moment = max(told, due), _tell(store, moment, max(0, due - told))
        if time.monotonic() - began > 5 * ENOUGH:
            raise TimeoutError("the drain does not catch up")
        time.sleep(0.05)
    return time.monotonic() - began, moment


def _drained(path) -> None:
    deadline = time.monotonic() + 60
    while history.outgoing(path).waiting > 0:
        if time.monotonic() > deadline:
            raise TimeoutError("the drain does not end")
        time.sleep(0.05)
