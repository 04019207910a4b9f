"""What `drain` and `outage` share: a store of many channels, and what has arrived at the server."""

import json
import sqlite3
import time
import urllib.parse
import urllib.request
from pathlib import Path

from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.embedded import Batch, Store

CHANNELS, HZ, NS = 100, 10, 1_000_000_000
T0 = 1_795_000_000
PER_SECOND = CHANNELS * HZ
_FILL = """WITH RECURSIVE moment (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM moment WHERE i < ?1 - 1)
    INSERT INTO reading (channel, at, value, n, by_device)
    SELECT id, ?2 + i * 100000000, (i * 7919 % 100000) / 10.0, 0, 1 FROM moment, channel"""


def store_of_channels(path: Path) -> Store:
    """Its readings are noted for the server; each channel has been heard once."""
    store = Store(path)
    store.spool("here")
    store.write(Batch(declared=[(f"meter-{number}", "power", "W") for number in range(CHANNELS)]))
    return store


def fill(path: Path, seconds: int) -> int:
    """So many seconds of readings by one statement; how many that were."""
    with sqlite3.connect(path, timeout=60) as db:
        db.execute(_FILL, (seconds * HZ, T0 * NS))
    return seconds * PER_SECOND


def hear(store: Store, moment: int) -> None:
    """What all channels tell at one moment, a tenth of a second each."""
    at = T0 * NS + moment * NS // HZ
    told = [[Reading(f"meter-{n}", "power", float(moment), "W", at, True)] for n in range(CHANNELS)]
    store.write(Batch(arrived=at, readings=told))


def arrived(url: str, *, total: int, patience: float = 30) -> tuple[int, int]:
    """(how many readings are on the server, how many of them more than once).

    The server shows what it acknowledged a little later, however hard one asks it to: wait for `total`.
    """
    until = time.monotonic() + patience
    while (found := _shown(url))[0] < total and time.monotonic() < until:
        time.sleep(0.2)
    return found


def _shown(url: str) -> tuple[int, int]:
    asked = urllib.parse.urlencode({"match[]": "readings_value", "start": T0 - 1, "end": T0 + 86_400})
    urllib.request.urlopen(f"{url}/internal/force_flush", timeout=60).close()
    seen: dict[str, list[int]] = {}
    with urllib.request.urlopen(f"{url}/api/v1/export?{asked}", timeout=120) as answer:
        for line in answer:
            block = json.loads(line)
            seen.setdefault(block["metric"]["device"], []).extend(block["timestamps"])
    total = sum(len(times) for times in seen.values())
    return total, total - sum(len(set(times)) for times in seen.values())
