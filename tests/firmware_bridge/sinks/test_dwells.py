"""Reads of tags as dwell windows: how long, how often, how strong."""

import random

import pytest

from firmware_bridge.profiles.base import Read
from firmware_bridge.sinks.dwells import GAP
from firmware_bridge.sinks.embedded import Batch, Store
from firmware_bridge.wire.clock import SECOND

T0 = 1_795_400_000 * SECOND


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "t.sqlite3")
    yield opened
    opened.close()


def read(second, epc="AA", *, antenna=1, rssi=-50.0, count=1, device="gate"):
    return Read(device, epc, antenna, rssi, count, T0 + round(second * SECOND), True)


def windows(store):
    """(EPC, antenna, first, last, count, weakest, mean, strongest) in seconds since T0."""
    rows = store._db.execute(
        """SELECT epc, antenna, first_seen, last_seen, count, rssi_min, rssi_mean, rssi_max FROM reads
        ORDER BY first_seen, epc, antenna"""
    )
    return [
        (epc, antenna, (first - T0) / SECOND, (last - T0) / SECOND, *rest)
        for epc, antenna, first, last, *rest in rows
    ]


def test_reads_of_one_stay_are_one_window(store):
    store.write(Batch(reads=[read(0, rssi=-50), read(1, rssi=-60, count=3), read(2, rssi=None)]))

    assert windows(store) == [("AA", 1, 0.0, 2.0, 5, -60.0, -57.5, -50.0)]


def test_a_tag_that_was_away_begins_another(store):
    store.write(Batch(reads=[read(0), read(5), read(10.1), read(11)]))

    assert [(first, last, count) for _, _, first, last, count, *_ in windows(store)] == [
        (0.0, 5.0, 2),
        (10.1, 11.0, 2),
    ]


def test_every_tag_antenna_and_reader_has_windows_of_its_own(store):
    store.write(Batch(reads=[read(0), read(0, "BB"), read(0, antenna=2), read(0, device="other"), read(1)]))

    assert [row[:2] + row[4:5] for row in windows(store)] == [
        ("AA", 1, 2),
        ("AA", 1, 1),
        ("AA", 2, 1),
        ("BB", 1, 1),
    ]


def test_windows_go_on_over_batches_and_restarts(store, tmp_path):
    store.write(Batch(reads=[read(0)]))
    store.write(Batch(reads=[read(2)]))
    store.close()
    later = Store(tmp_path / "t.sqlite3")

    later.write(Batch(reads=[read(4)]))

    assert [row[2:5] for row in windows(later)] == [(0.0, 4.0, 3)]
    later.close()


def test_a_read_that_comes_late_finds_its_window(store):
    store.write(Batch(reads=[read(0), read(20), read(2), read(21)]))

    assert [row[2:5] for row in windows(store)] == [(0.0, 2.0, 2), (20.0, 21.0, 2)]


def test_a_transaction_that_failed_leaves_nothing_in_mind(store):
    store.write(Batch(reads=[read(0)]))
    with pytest.raises(Exception, match=r"."):
        store.write(Batch(reads=[read(1, count=99)], letters=[(1, 2)]))

    store.write(Batch(reads=[read(2)]))

    assert [row[2:5] for row in windows(store)] == [(0.0, 2.0, 2)]


def test_counts_add_up_whatever_the_order(store):
    chance = random.Random(7)
    reads = [
        read(
            chance.randrange(300),
            f"{chance.randrange(20):02X}",
            antenna=chance.randrange(3),
            count=chance.randrange(1, 5),
        )
        for _ in range(2_000)
    ]
    for start in range(0, 2_000, 90):
        store.write(Batch(reads=reads[start : start + 90]))

    assert sum(row[4] for row in windows(store)) == sum(each.count for each in reads)
    assert all(row[2] <= row[3] for row in windows(store))
    assert GAP == 5 * SECOND
