"""The past of a device, as pages and charts ask for it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices import history
from devices.history import BadCursor, Last, Page
from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.embedded import Batch, Store

START = datetime(2026, 3, 28, 12, tzinfo=UTC)
T0 = START.timestamp()


def kept(path, points, *, device="plug-1", channel="power", unit="W"):
    """A store with points of (seconds after START, value), one message each."""
    store = Store(path)
    at = int(T0) * 10**9
    store.write(
        Batch(
            readings=[
                [Reading(device, channel, value, unit, at + round(s * 10**9), True)] for s, value in points
            ]
        )
    )
    store.close()
    return path


def page(path, *, seconds=3600, **options):
    asked = {
        "device": "plug-1",
        "channel": "power",
        "start": START,
        "end": START + timedelta(seconds=seconds),
    }
    return history.readings(path, **(asked | options))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "telemetry.sqlite3"


def test_before_the_first_reading_there_is_nothing(path):
    assert history.last(path) == {}
    assert page(path) == Page("", 0, [], None)


def test_raw_points_are_half_open(path):
    kept(path, [(0, 1.0), (0.25, "busy"), (10, 2.0)])

    assert page(path, seconds=10) == Page("W", 0, [(T0, 1.0), (T0 + 0.25, "busy")], None)


def test_an_unknown_channel_has_no_points(path):
    kept(path, [(0, 1.0)])

    assert page(path, channel="volume") == Page("", 0, [], None)
    assert page(path, end=START) == Page("W", 0, [], None)


def test_a_bucket_is_the_mean_of_its_numbers_and_a_gap_is_none(path):
    kept(path, [(0, 1.0), (30, 3.0), (125, 5.0), (126, "n/a")])

    assert page(path, seconds=240, step=60) == Page(
        "W", 60, [(T0, 2.0), (T0 + 60, None), (T0 + 120, 5.0), (T0 + 180, None)], None
    )


def test_a_bucket_of_text_gives_its_newest(path):
    kept(path, [(0, "idle"), (30, "busy")])

    assert page(path, seconds=60, step=60).points == [(T0, "busy")]


def test_a_mean_too_large_for_a_number_is_a_gap(path):
    kept(path, [(0, 1.7e308), (1, 1.7e308)])

    assert page(path, seconds=60, step=60).points == [(T0, None)]


@settings(deadline=None, max_examples=40)
@given(
    points=st.lists(st.tuples(st.integers(0, 5), st.sampled_from([1.0, 2.0, 3.0])), max_size=25),
    limit=st.integers(1, 7),
    step=st.sampled_from([0, 1, 2]),
)
def test_pages_together_are_the_whole(tmp_path_factory, points, limit, step):
    path = kept(tmp_path_factory.mktemp("history") / "t.sqlite3", points)
    whole = page(path, step=step, seconds=6)

    found, after = [], None
    for _ in range(100):
        part = page(path, step=step, seconds=6, limit=limit, after=after)
        assert len(part.points) <= limit
        found += part.points
        after = part.next
        if after is None:
            break

    assert found == whole.points


@pytest.mark.parametrize("cursor", ["", "x", "1", "1.x", "-1.0", "1.0.0", "9" * 40 + ".0", "²³.0"])
def test_a_made_up_continuation_is_refused(path, cursor):
    kept(path, [(0, 1.0)])

    with pytest.raises(BadCursor):
        page(path, after=cursor)


@pytest.mark.parametrize("step", [0, 60])
def test_a_continuation_beyond_the_end_is_empty(path, step):
    kept(path, [(0, 1.0)])

    assert page(path, step=step, after="9" * 19 + ".0").points == []


def test_last_values_are_grouped_by_device(path):
    kept(path, [(0, 1.0), (5, 2.0)])
    kept(path, [(3, "busy")], device="laser-1", channel="state", unit="")
    state = {"laser-1": {"state": Last("busy", "", START + timedelta(seconds=3))}}
    power = {"plug-1": {"power": Last(2.0, "W", START + timedelta(seconds=5))}}

    assert history.last(path) == power | state
    assert history.last(path, ["laser-1", "nobody"]) == state
    assert history.last(path, []) == {}


def test_reading_does_not_wait_for_the_writer(path):
    kept(path, [(0, 1.0)])
    writer = Store(path)
    writer._db.execute("BEGIN IMMEDIATE")

    assert page(path).points == [(T0, 1.0)]
    writer._db.execute("ROLLBACK")
    writer.close()
