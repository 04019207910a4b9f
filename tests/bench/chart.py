"""A month of one channel at 1 Hz as a curve of 1,000 buckets, and one day of it value by value."""

import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from devices import history
from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.embedded import Batch, Store
from firmware_bridge.sinks.keeping import Terms
from tests.bench._lab import percentile, timed
from tests.servers import private_folder

DAYS, DAY, NS = 30, 86_400, 1_000_000_000
START = datetime(2026, 10, 1, tzinfo=UTC)
T0 = int(START.timestamp())
STEPS = {"buckets of 2,592 s": DAYS * DAY / 1000, "buckets of whole minutes": 44 * 60.0}
PAGE = 10_000
_FILL = """WITH RECURSIVE second (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM second WHERE i < ? - 1)
    INSERT INTO reading (channel, at, value, n, by_device)
    SELECT 1, (? + i) * 1000000000, (i * 7919 % 100000) / 10.0, 0, 1 FROM second"""
_MEANS = "SELECT at / ?, avg(value) FROM reading WHERE channel = 1 AND at >= ? AND at < ? GROUP BY 1"
_RAW = "SELECT at, value FROM reading WHERE channel = 1 AND at >= ? AND at < ?"


def run() -> Iterator[dict]:
    with private_folder("chart") as folder:
        path = Path(folder) / "telemetry.sqlite3"
        rolled_in = _fill(path)
        for named, step in STEPS.items():
            value = percentile(timed(lambda n, step=step: _curve(path, step), range(15)), 0.5)
            yield _line(
                "chart.month",
                value,
                _bare(path, _MEANS, (round(step * NS), T0 * NS, (T0 + DAYS * DAY) * NS)),
                {
                    "readings": DAYS * DAY,
                    "steps": named,
                    "rolled_up_in_s": round(rolled_in, 1),
                    "aim": "p50 <= 50 ms",
                    "limit": "the same means by one bare statement over the readings",
                },
            )
        value = percentile(timed(lambda n: _day(path, n % DAYS), range(15)), 0.5)
        limit = _bare(path, _RAW, (T0 * NS, (T0 + DAY) * NS))
        facts = {
            "readings": DAY,
            "page": PAGE,
            "aim": "p50 <= 100 ms",
            "limit": "one bare statement, fetchall",
        }
        yield _line("chart.day_raw", value, limit, facts)


def _fill(path: Path) -> float:
    """The readings by one statement, rolled up as the bridge does; gives the seconds of the latter."""
    store = Store(path)
    store.write(Batch(readings=[[Reading("meter-1", "power", 0.0, "W", T0 * NS - NS, True)]]))
    with sqlite3.connect(path) as db:
        db.execute(_FILL, (DAYS * DAY, T0))
    began = time.perf_counter()
    while store.tidy(time.time_ns(), terms=Terms(0, 0, 0), budget=0.5):
        pass
    store.close()
    return time.perf_counter() - began


def _curve(path: Path, step: float) -> None:
    page = _read(path, START, START + timedelta(days=DAYS), step=step)
    if len(page.points) < 980 or None in (value for _, value in page.points[1:-1]):
        raise AssertionError(f"{len(page.points)} buckets, or one without a mean")
    msgspec.json.encode(page.points)


def _day(path: Path, day: int) -> None:
    start, found, after = START + timedelta(days=day), 0, None
    while True:
        page = _read(path, start, start + timedelta(days=1), after=after, limit=PAGE)
        found, after = found + len(page.points), page.next
        msgspec.json.encode(page.points)
        if after is None:
            break
    if found != DAY:
        raise AssertionError(f"{found} readings of {DAY}")


def _read(path: Path, start: datetime, end: datetime, **options) -> history.Page:
    return history.readings(path, device="meter-1", channel="power", start=start, end=end, **options)


def _bare(path: Path, sql: str, values: tuple[int, ...]) -> float:
    db = sqlite3.connect(path)
    try:
        return percentile(timed(lambda n: len(db.execute(sql, values).fetchall()), range(3)), 0.5)
    finally:
        db.close()


def _line(name: str, value: float, limit: float, detail: dict) -> dict:
    return {
        "name": name,
        "value": round(value * 1000, 1),
        "unit": "ms",
        "limit": round(limit * 1000, 1),
        "ratio": round(value / limit, 3),
        "detail": detail,
    }
