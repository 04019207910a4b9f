"""From the raw log, a decoder's mistake is undone: nothing twice, nothing lost, whatever is done again."""

import sqlite3
from datetime import UTC

import pytest

from firmware_bridge.profiles.base import Reading
from firmware_bridge.redo import redo
from firmware_bridge.sinks.embedded import Batch, Store
from firmware_bridge.sinks.rawlog import RawLog
from firmware_bridge.wire.clock import SECOND

AT = 1_795_400_000 * SECOND
SAID = b'{"at":1795400000,"power":5}'


@pytest.fixture
def files(tmp_path):
    return tmp_path / "telemetry.sqlite3", tmp_path / "raw.sqlite3"


def reading(value, *, channel="power", device="plug-1", unit="W", at=AT):
    return Reading(device, channel, value, unit, at, True)


def came(files, *messages):
    """What a decoder of another day kept: (arrival, topic, payload, its readings)."""
    store, raw = Store(files[0]), RawLog(files[1], most_bytes=1_000_000, days=7)
    for at, topic, payload, readings in messages:
        store.write(Batch(at, readings=[readings] if readings else []))
        raw.note(at, topic, payload, False, readings)
    raw.close()
    store.close()


def again(files, first=0, past=2**62, device=""):
    done = redo(*files, zone=UTC, first=first, past=past, device=device)
    return done.read, done.changed, done.taken, done.added


def kept(files, sql="SELECT device, key, at, value FROM reading JOIN channel ON channel.id = channel"):
    with sqlite3.connect(files[0]) as db:
        return sorted(db.execute(sql).fetchall())


def test_a_wrong_value_is_replaced_and_the_second_time_changes_nothing(files):
    came(files, (AT, "fablab/v1/plug-1/readings", SAID, [reading(5000.0), reading(1.0, channel="ghost")]))

    assert again(files) == (1, 1, 2, 1)
    assert kept(files) == [("plug-1", "power", AT, 5.0)]
    assert again(files) == (1, 0, 0, 0)


def test_what_was_right_is_not_touched(files):
    came(
        files,
        (AT, "fablab/v1/plug-1/readings", SAID, [reading(5.0)]),
        (AT, "fablab/v1/plug-2/readings", SAID, []),
        (AT, "nobody/reads", b"?", []),
    )

    assert again(files) == (3, 1, 0, 1)
    assert kept(files) == [("plug-1", "power", AT, 5.0), ("plug-2", "power", AT, 5.0)]


def test_a_reading_without_a_time_of_its_own_stands_at_its_arrival(files):
    came(files, (AT + 7, "fablab/v1/plug-1/readings", b'{"power":5}', []))

    again(files)
    again(files)

    assert kept(files) == [("plug-1", "power", AT + 7, 5.0)]


def test_readings_of_messages_that_are_not_in_the_log_stay(files):
    came(files, (AT, "fablab/v1/plug-1/readings", SAID, [reading(5000.0)]))
    store = Store(files[0])
    store.write(Batch(readings=[[reading(7.0), reading(8.0, at=AT + 1)]]))
    store.close()

    again(files)

    assert kept(files, "SELECT at, value FROM reading") == [(AT, 5.0), (AT, 7.0), (AT + 1, 8.0)]


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ({"first": AT, "past": AT + 1}, 1),
        ({"first": AT + 1, "past": AT + 3}, 1),
        ({"first": AT + 3}, 0),
        ({"device": "plug-2"}, 1),
        ({"device": "wrong"}, 1),
        ({"device": "plug-9"}, 0),
    ],
)
def test_only_what_is_asked_for_is_read(files, asked, read):
    came(
        files,
        (AT, "fablab/v1/plug-1/readings", SAID, [reading(1.0, device="wrong")]),
        (AT + 2, "fablab/v1/plug-2/readings", SAID, []),
    )

    assert again(files, **asked)[0] == read


def test_the_newest_value_and_the_roll_ups_follow(files):
    came(files, (AT, "fablab/v1/plug-1/readings", SAID, [reading(5000.0), reading(1.0, channel="ghost")]))
    with sqlite3.connect(files[0]) as db:
        db.execute("DELETE FROM stale")

    again(files)

    last = "SELECT key, last.at, value FROM last JOIN channel ON channel.id = last.channel"
    assert kept(files, last) == [("power", AT, 5.0)]
    minute = AT - AT % (60 * SECOND)
    assert (minute, "power") in kept(
        files, "SELECT stale.at, key FROM stale JOIN channel ON channel.id = stale.channel"
    )


def test_a_device_that_is_understood_now_is_told(files):
    came(files, (AT, "fablab/v1/plug-1/readings", SAID, []))

    done = redo(*files, zone=UTC, first=0, past=2**62)

    assert done.found == {"plug-1": ("native", "", (("power", "W"),))}
