"""The raw log: a ring of what came, that nothing waits for."""

import sqlite3

import pytest

from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks import rawlog
from firmware_bridge.sinks.rawlog import Entry, RawLog
from firmware_bridge.wire.clock import DAY, SECOND

AT = 1_795_400_000 * SECOND
READING = Reading("plug-1", "power", 5.0, "W", AT, True)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "raw.sqlite3"


@pytest.fixture
def raw(path):
    opened = RawLog(path, most_bytes=1_000_000, days=2)
    yield opened
    opened.close()


def logged(path, first=0, past=2**62):
    db = rawlog.connect(path)
    found = [pack.entries for pack in rawlog.packs(db, first, past)]
    db.close()
    return found


def test_what_came_is_kept_whole_with_the_readings_that_it_made(raw, path):
    raw.note(AT, "x/é", b"\x00\xff", True, [READING])
    raw.note(AT + 1, "x/z", b"?", False, [])
    raw.tick()

    assert logged(path) == [
        [Entry(AT, "x/é", b"\x00\xff", True, [READING]), Entry(AT + 1, "x/z", b"?", False, [])]
    ]


def test_messages_wait_to_be_packed_together_and_the_end_waits_for_nothing(raw, path):
    for number in range(3):
        raw.note(AT + number, "x", b"1", False, [])
        raw.tick()
    assert [len(entries) for entries in logged(path)] == [1]

    raw.close()
    assert [len(entries) for entries in logged(path)] == [1, 2]


def test_many_bytes_wait_for_no_time(raw, path):
    raw.note(AT, "x", b"1", False, [])
    raw.tick()
    raw.note(AT, "x", b"x" * rawlog.LARGEST_PACK, False, [])
    raw.tick()

    assert [len(entries) for entries in logged(path)] == [1, 1]


def test_a_span_is_read_by_the_packs_that_touch_it(path):
    for second in (0, 10, 20):
        one = RawLog(path, most_bytes=1_000_000, days=2)
        one.note(AT + second * SECOND, f"x/{second}", b"1", False, [])
        one.close()

    found = logged(path, AT + 10 * SECOND, AT + 20 * SECOND)
    db = rawlog.connect(path)

    assert [entries[0].topic for entries in found] == ["x/10"]
    assert [entry.topic for entry in rawlog.newest(db, most=2)] == ["x/20", "x/10"]
    db.close()


def test_the_ring_ends_at_its_bytes(path):
    for number in range(30):
        one = RawLog(path, most_bytes=20_000, days=2)
        one.note(AT + number, f"x/{number}", bytes(range(256)) * 8 + number.to_bytes(2), False, [])
        one.note(AT + number, "x", b"".join(i.to_bytes(4) for i in range(500)), False, [])
        one.close()

    with sqlite3.connect(path) as db:
        held, count = db.execute("SELECT sum(size), count(*) FROM pack").fetchone()
    assert held <= 20_000
    assert 0 < count < 30
    assert logged(path)[-1][0].topic == "x/29"


def test_the_ring_ends_at_its_days(raw, path):
    raw.note(AT, "old", b"1", False, [])
    raw.close()
    later = RawLog(path, most_bytes=1_000_000, days=2)
    later.note(AT + 3 * DAY, "new", b"1", False, [])
    later.close()

    assert [entries[0].topic for entries in logged(path)] == ["new"]


def test_what_is_too_large_is_cut_and_stays_too_large(raw, path):
    raw.note(AT, "x", b"x" * 10_000_000, False, [])
    raw.note(AT, "t" * 70_000, b"1", False, [])
    raw.tick()

    assert [[len(entry.payload) for entry in entries] for entries in logged(path)] == [[512 * 1024 + 1]]
    assert raw.left_out == 1


def test_a_log_that_cannot_be_written_holds_nothing_up_and_has_an_end(path, monkeypatch):
    monkeypatch.setattr(rawlog, "MOST_WAITING", 1_000)
    path.mkdir()
    raw = RawLog(path, most_bytes=1_000_000, days=2)
    for _ in range(50):
        raw.note(AT, "x", b"1" * 100, False, [])
        raw.tick(last=True)
    assert raw.left_out == 43

    path.rmdir()
    raw.tick(last=True)
    assert [len(entries) for entries in logged(path)] == [7]
    raw.close()


def test_a_pack_is_rewritten_in_its_place(raw, path):
    raw.note(AT, "x", b"1", False, [])
    raw.tick()
    db = rawlog.connect(path)
    (pack,) = rawlog.packs(db, 0, 2**62)
    pack.entries[0].readings = [READING]
    rawlog.rewrite(db, pack)
    db.close()

    assert logged(path) == [[Entry(AT, "x", b"1", False, [READING])]]
