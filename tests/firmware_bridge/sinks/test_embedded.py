"""The telemetry store: nothing twice, nothing lost, nothing without bounds."""

import sqlite3
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks import letterbox
from firmware_bridge.sinks.embedded import Batch, DeadLetter, Store
from firmware_bridge.sinks.receipts import digest


@pytest.fixture
def path(tmp_path):
    return tmp_path / "telemetry.sqlite3"


@pytest.fixture
def store(path):
    store = Store(path, patience=0.05)
    yield store
    store.close()


def reading(value, *, channel="power", at=1000, device="plug-1", unit=""):
    return Reading(device, channel, value, unit, at, True)


def rows(path, sql="SELECT at, value, n FROM reading ORDER BY at, value, n"):
    with sqlite3.connect(path) as db:
        return db.execute(sql).fetchall()


def letter(text, payload=b"oops", at=1):
    return DeadLetter(at, f"a/{text}", payload, text, "native")


def test_recent_numbers_of_a_channel_are_told_in_order(store):
    told = [reading(3.0, at=30), reading(1.0, at=10), reading("busy", at=20), reading(4.0, at=40)]
    others = [reading(9.0, at=10, channel="energy"), reading(9.0, at=10, device="plug-2")]
    store.write(Batch(readings=[told, others]))

    assert store.recent("plug-1", "power", 10, 40) == [(10, 1.0), (30, 3.0)]
    assert store.recent("plug-3", "power", 10, 40) == []


def test_a_message_delivered_twice_is_kept_once(store, path):
    for _ in range(2):
        store.write(Batch(readings=[[reading(1.0), reading(2.0, channel="energy")]]))

    assert rows(path) == [(1000, 1.0, 0), (1000, 2.0, 0)]


def test_two_values_of_one_instant_both_survive(store, path):
    store.write(Batch(readings=[[reading(1.0)], [reading(2.0)]]))

    assert rows(path) == [(1000, 1.0, 0), (1000, 2.0, 0)]


def test_two_equal_values_in_one_message_both_survive_even_when_it_comes_again(store, path):
    message = [reading(1.0), reading(1.0), reading(3.0)]

    for _ in range(2):
        store.write(Batch(readings=[message]))

    assert rows(path) == [(1000, 1.0, 0), (1000, 1.0, 1), (1000, 3.0, 0)]


def test_text_stays_text(store, path):
    store.write(Batch(readings=[[reading("12"), reading(12.0)]]))

    assert rows(path) == [(1000, 12.0, 0), (1000, "12", 0)]


def test_the_last_value_is_the_newest_not_the_latest_to_come(store, path):
    store.write(Batch(arrived=7, readings=[[reading(2.0, at=2000), reading(1.5, at=1500)]]))
    store.write(Batch(arrived=8, readings=[[reading(1.0, at=1000)]]))

    assert rows(path, "SELECT at, value, arrived FROM last") == [(2000, 2.0, 7)]


def test_a_declared_unit_is_kept_when_readings_bring_none(store, path):
    store.write(Batch(declared=[("plug-1", "power", "W")]))
    store.write(Batch(readings=[[reading(1.0)]]))

    assert rows(path, "SELECT device, key, unit FROM channel") == [("plug-1", "power", "W")]


def test_a_locked_store_keeps_nothing_and_works_again(store, path):
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        store.write(Batch(readings=[[reading(1.0)]]))
    other.execute("ROLLBACK")
    other.close()

    store.write(Batch(readings=[[reading(1.0)]]))

    assert rows(path) == [(1000, 1.0, 0)]


def test_a_batch_that_fails_leaves_no_part_of_itself(store, path):
    with pytest.raises(UnicodeEncodeError):
        store.write(Batch(readings=[[reading(1.0), reading("\ud800", channel="text")]]))
    store.write(Batch(readings=[[reading(2.0)]]))

    assert rows(path) == [(1000, 2.0, 0)]
    assert rows(path, "SELECT key FROM channel") == [("power",)]


def test_receipts_outlive_the_process(path):
    said = digest("a/b", b"1")
    first = Store(path)
    first.write(Batch(receipts=[(7, digest("a/b", b"0")), (9, digest("a/b", b"2"))]))
    first.write(Batch(receipts=[(7, said)]))
    first.close()

    again = Store(path)

    assert again.receipts.has(7, said)
    assert not again.receipts.has(7, digest("a/b", b"0"))
    assert not again.receipts.has(8, said)
    again.close()


def test_the_same_words_under_an_id_that_came_round_again_are_a_new_message(store):
    said = digest("a/b", b"1")
    store.write(Batch(receipts=[(7, said)]))
    for number in range(100, 131):
        store.write(Batch(receipts=[(number, said)]))
    assert store.receipts.has(7, said)
    store.write(Batch(receipts=[(131, said)]))

    assert not store.receipts.has(7, said)


def test_receipts_are_bounded(store, path):
    for number in range(100):
        store.write(Batch(receipts=[(number, b"12345678")]))

    assert rows(path, "SELECT count(*) FROM receipt") == [(32,)]


def test_dead_letters_are_kept_whole_and_read_in_order(store):
    store.write(Batch(letters=[letter("one", b"\x00\xff"), letter("two")]))

    assert store.letters() == [(1, letter("one", b"\x00\xff")), (2, letter("two"))]
    assert store.letters(after=1) == [(2, letter("two"))]


def test_a_letter_that_was_understood_is_forgotten(store):
    store.write(Batch(letters=[letter("one"), letter("two")]))
    store.forget_letters([1])

    assert store.letters() == [(2, letter("two"))]


def test_dead_letters_are_bounded_in_number_and_in_bytes(store, path, monkeypatch):
    monkeypatch.setattr(letterbox, "MOST_LETTERS", 50)
    monkeypatch.setattr(letterbox, "MOST_LETTER_BYTES", 30)
    for number in range(10):
        store.write(Batch(letters=[letter(f"{number}-{each}", b"xxxx") for each in range(40)]))
    store.write(Batch(letters=[letter(f"last-{each}", b"xxxx") for each in range(200)]))

    assert [found.topic for _, found in store.letters()] == [f"a/last-{each}" for each in range(193, 200)]
    assert rows(path, "SELECT * FROM letter_count") == [("value", 600, 0, 593)]


def test_a_flood_of_one_code_leaves_the_letters_of_the_others(store, monkeypatch):
    monkeypatch.setattr(letterbox, "MOST_LETTERS", 60)
    monkeypatch.setattr(letterbox, "MOST_LETTER_BYTES", 1_000)
    store.write(Batch(letters=[letter(f"few-{each}", b"xx")._replace(code="json") for each in range(20)]))
    for flood in ("many", "more"):
        store.write(Batch(letters=[letter(f"{flood}-{each}") for each in range(200)]))
    store.write(Batch(letters=[letter("large", b"x" * 300)._replace(code="large") for _ in range(200)]))

    kept = Counter(found.code for _, found in store.letters())
    assert kept == {"json": 20, "value": 20, "large": 2}


def test_what_a_flood_left_out_is_counted_by_code(store, path):
    store.write(Batch(suppressed={"json": 7}))
    store.write(Batch(letters=[letter("one")._replace(code="json")], suppressed={"json": 1, "large": 2}))

    assert rows(path, "SELECT * FROM letter_count") == [("json", 1, 8, 0), ("large", 0, 2, 0)]


def test_a_store_of_an_older_edition_takes_letters_again(path):
    with sqlite3.connect(path) as db:
        db.execute(
            """CREATE TABLE dead_letter (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL,
            topic TEXT NOT NULL, payload BLOB NOT NULL, reason TEXT NOT NULL, decoder TEXT NOT NULL)"""
        )
        db.execute("INSERT INTO dead_letter VALUES (1, 1, 'a/old', x'6f6f7073', 'old', 'native')")
    db.close()
    store = Store(path)

    store.write(Batch(letters=[letter("new")]))

    assert [found for _, found in store.letters()] == [letter("old"), letter("new")]
    store.close()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=30,
)
@given(
    messages=st.lists(
        st.lists(
            st.builds(
                reading,
                st.floats(allow_nan=False, allow_infinity=False) | st.text("ab1.", max_size=2),
                channel=st.sampled_from("ab"),
                at=st.integers(0, 3),
            ),
            max_size=6,
        ),
        max_size=6,
    )
)
def test_writing_anything_twice_is_writing_it_once(tmp_path_factory, messages):
    path = tmp_path_factory.mktemp("store") / "t.sqlite3"
    store = Store(path)

    store.write(Batch(readings=messages))
    once = rows(path)
    store.write(Batch(readings=messages))

    assert rows(path) == once
    assert len(once) >= max(map(len, messages), default=0)
    store.close()
