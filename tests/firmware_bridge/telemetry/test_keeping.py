"""A store that is locked or full makes readings wait; a value that no store can take makes nothing wait."""

import sqlite3

import pytest

from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.embedded import Batch, Store
from firmware_bridge.telemetry.keeping import Keeper


@pytest.fixture
def path(tmp_path):
    return tmp_path / "t.sqlite3"


@pytest.fixture
def store(path):
    opened = Store(path, patience=0.01)
    yield opened
    opened.close()


def batch(*values):
    return Batch(readings=[[Reading("plug-1", "power", value, "", 1, True)] for value in values])


def values(path):
    with sqlite3.connect(path) as db:
        return [row[0] for row in db.execute("SELECT value FROM reading ORDER BY value")]


def test_a_batch_waits_for_a_locked_store(path, store):
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waits = []

    def wait(seconds):
        waits.append(seconds)
        assert keeper.stuck_since is not None
        if len(waits) == 3:
            other.execute("ROLLBACK")

    keeper = Keeper(store, wait=wait, stopping=lambda: False)

    assert keeper.keep(batch(1.0))
    assert values(path) == [1.0]
    assert waits == [0.05, 0.1, 0.2]
    assert keeper.stuck_since is None
    other.close()


def test_a_batch_waits_for_a_full_disk(path, store):
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages}")
    large = batch(*("x" * 900 + str(number) for number in range(20)))

    def wait(_seconds):
        store._db.execute(f"PRAGMA max_page_count = {pages + 100}")

    assert Keeper(store, wait=wait, stopping=lambda: False).keep(large)
    assert len(values(path)) == 20


def test_when_it_is_time_to_stop_the_batch_stays_unacknowledged(path, store):
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waits = []

    keeper = Keeper(store, wait=waits.append, stopping=lambda: len(waits) == 2)

    assert not keeper.keep(batch(1.0))
    other.execute("ROLLBACK")
    other.close()
    assert values(path) == []


def test_a_value_that_no_store_takes_does_not_stop_the_others(path, store):
    keeper = Keeper(store, wait=lambda _: None, stopping=lambda: False)

    assert keeper.keep(batch(1.0, "\ud800", 2.0))
    assert values(path) == [1.0, 2.0]
