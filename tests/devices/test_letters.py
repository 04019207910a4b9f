"""Dead letters are found, counted and forgotten."""

from datetime import UTC, datetime, timedelta

import pytest

from devices import letters
from devices.letters import Count, DeadLetter, Wanted
from firmware_bridge.sinks import letterbox
from firmware_bridge.sinks.embedded import Batch, Store

START = datetime(2026, 5, 4, 8, tzinfo=UTC)
NS = int(START.timestamp()) * 10**9


@pytest.fixture
def path(tmp_path):
    return tmp_path / "telemetry.sqlite3"


def keep(path, *found, suppressed=None):
    store = Store(path)
    store.write(Batch(letters=list(found), suppressed=suppressed or {}))
    store.close()


def letter(topic="a/b", *, second=0, code="json", device=""):
    at = NS + second * 10**9
    return letterbox.DeadLetter(at, topic, b"\x00\xff", "not JSON", "tasmota", code, device, "12345678")


def test_before_the_bridge_has_made_a_store_there_is_nothing(path):
    assert (letters.find(path, limit=9), letters.count(path), letters.counts(path)) == ([], 0, [])
    assert (letters.one(path, 1), letters.forget(path, [1])) == (None, 0)


def test_the_newest_come_first_with_their_bytes(path):
    keep(path, letter("a/0"), letter("a/1"), letter("a/2"))

    first = letters.find(path, limit=2)

    assert [each.topic for each in first] == ["a/2", "a/1"]
    last = DeadLetter(1, START, "a/0", b"\x00\xff", "not JSON", "tasmota", "json", "", "12345678")
    assert letters.find(path, limit=2, before=first[-1].id) == [last]
    assert letters.one(path, 1) == last


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Wanted(), [1, 2, 3]),
        (Wanted(code="large"), [2]),
        (Wanted(device="plug-1"), [1, 2]),
        (Wanted(device="plug-1", code="json"), [1]),
        (Wanted(topic="le/b"), [3]),
        (Wanted(topic="%"), []),
        (Wanted(start=START + timedelta(seconds=1)), [2, 3]),
        (Wanted(end=START + timedelta(seconds=1)), [1]),
    ],
)
def test_letters_are_narrowed(path, wanted, numbers):
    keep(
        path,
        letter(device="plug-1"),
        letter(device="plug-1", code="large", second=1),
        letter("tele/b", second=2),
    )

    assert letters.numbers(path, wanted) == numbers
    assert letters.count(path, wanted) == len(numbers)
    assert [each.id for each in letters.each(path, wanted)] == numbers


def test_what_waits_is_counted_beside_what_ever_came(path):
    keep(path, letter(), letter(), letter(code="large"), suppressed={"json": 5, "unknown": 3})
    assert letters.forget(path, [1, 99]) == 1

    assert letters.counts(path) == [
        Count("json", 1, 7, 5),
        Count("large", 1, 1, 0),
        Count("unknown", 0, 3, 3),
    ]
