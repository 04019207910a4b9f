"""Minutes and hours of a channel, and for how long what is kept."""

import sqlite3

import pytest

from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks import keeping
from firmware_bridge.sinks.embedded import Batch, Store
from firmware_bridge.sinks.keeping import DAY, Terms
from firmware_bridge.sinks.tiers import HOUR, MINUTE

T0 = 1_790_000_000 * 10**9 // HOUR * HOUR
SECOND = 10**9
FOR_EVER = Terms(0, 0, 0)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "telemetry.sqlite3"


@pytest.fixture
def store(path):
    store = Store(path)
    yield store
    store.close()


def hear(store, *points, channel="power"):
    store.write(
        Batch(readings=[[Reading("plug-1", channel, value, "W", T0 + at, True)] for at, value in points])
    )


def tidy(store, at, terms=FOR_EVER):
    return store.tidy(T0 + at, terms=terms, budget=10)


def rolled(path, span):
    sql = "SELECT at, count, sum, low, high, text FROM rolled WHERE span = ? ORDER BY channel, at"
    with sqlite3.connect(path) as db:
        return [(at - T0, *facts) for at, *facts in db.execute(sql, (span,))]


def readings(path):
    with sqlite3.connect(path) as db:
        return [at - T0 for (at,) in db.execute("SELECT at FROM reading ORDER BY channel, at")]


def test_a_minute_and_an_hour_tell_least_mean_greatest_and_how_many(store, path):
    hear(store, (0, 1.0), (59 * SECOND, 4.0), (MINUTE, 7.0), (MINUTE + 1, "busy"))

    tidy(store, 2 * HOUR)

    assert rolled(path, MINUTE) == [(0, 2, 5.0, 1.0, 4.0, None), (MINUTE, 1, 7.0, 7.0, 7.0, "busy")]
    assert rolled(path, HOUR) == [(0, 3, 12.0, 1.0, 7.0, "busy")]


def test_a_minute_that_still_runs_waits(store, path):
    hear(store, (0, 1.0), (MINUTE, 2.0))

    tidy(store, MINUTE + 10 * SECOND)

    assert [row[0] for row in rolled(path, MINUTE)] == [0]


def test_a_late_reading_tells_its_minute_and_hour_anew_and_a_redelivery_does_not(store, path):
    hear(store, (0, 1.0))
    tidy(store, 2 * HOUR)

    hear(store, (SECOND, 3.0))
    for _ in range(2):
        hear(store, (0, 1.0))
        tidy(store, 3 * HOUR)

    assert rolled(path, HOUR) == [(0, 2, 4.0, 1.0, 3.0, None)]
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM stale").fetchone() == (0,)


def test_work_ends_with_its_time_and_goes_on_where_it_was(store, path):
    hear(store, *((minute * MINUTE, 1.0) for minute in range(50)))

    turns = 0
    while store.tidy(T0 + DAY, terms=FOR_EVER, budget=0):
        turns += 1

    assert turns >= 50
    assert len(rolled(path, MINUTE)) == 50


def test_each_tier_goes_after_its_days(store, path):
    hear(store, (0, 1.0))
    hear(store, (0, 1.0), (20 * DAY, 2.0), channel="energy")
    terms = Terms(10, 15, 0, {("plug-1", "power"): 30})

    tidy(store, 21 * DAY, terms)

    assert readings(path) == [0, 20 * DAY]
    assert [row[0] for row in rolled(path, MINUTE)] == [0, 20 * DAY]
    assert [row[0] for row in rolled(path, HOUR)] == [0, 0, 20 * DAY]


def test_hours_go_too_when_they_are_not_for_ever(store, path):
    hear(store, (0, 1.0))

    tidy(store, 21 * DAY, Terms(1, 2, 3))

    assert (readings(path), rolled(path, MINUTE), rolled(path, HOUR)) == ([], [], [])


def test_what_comes_after_its_tier_is_gone_is_added_to_the_one_above(store, path):
    terms = Terms(1, 10, 0)
    hear(store, (0, 1.0))
    tidy(store, 2 * DAY, terms)

    hear(store, (SECOND, 5.0))
    tidy(store, 2 * DAY + HOUR, terms)
    tidy(store, 12 * DAY, terms)
    hear(store, (2 * SECOND, 9.0), (3 * SECOND, "off"))
    tidy(store, 12 * DAY + HOUR, terms)

    assert (readings(path), rolled(path, MINUTE)) == ([], [])
    assert rolled(path, HOUR) == [(0, 3, 15.0, 1.0, 9.0, "off")]


def test_a_file_that_lost_much_shrinks(store, path, monkeypatch):
    monkeypatch.setattr(keeping, "LEAST_FREE", 10)
    hear(store, *((second * SECOND, float(second)) for second in range(20_000)))
    tidy(store, DAY)
    before = _pages(path)

    tidy(store, 3 * DAY, Terms(1, 0, 0))

    assert readings(path) == []
    assert _pages(path) < before / 2


def _pages(path):
    with sqlite3.connect(path) as db:
        return db.execute("PRAGMA page_count").fetchone()[0]


def test_an_older_store_is_rolled_up_from_its_beginning(store, path):
    hear(store, (0, 1.0))
    store.close()
    with sqlite3.connect(path) as db:
        db.executescript("DROP TABLE stale; DROP TRIGGER reading_marks_its_minute; PRAGMA user_version = 0;")

    again = Store(path)
    tidy(again, 2 * HOUR)
    again.close()

    assert rolled(path, HOUR) == [(0, 1, 1.0, 1.0, 1.0, None)]
