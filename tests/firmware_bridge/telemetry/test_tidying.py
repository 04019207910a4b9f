"""The store is tidied when there is nothing better to do."""

import sqlite3

import pytest

from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.embedded import Batch, Store
from firmware_bridge.sinks.keeping import Terms
from firmware_bridge.telemetry import tidying
from firmware_bridge.telemetry.tidying import Tidier

OLD = 1_700_000_000 * 10**9


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "telemetry.sqlite3", patience=0.05)
    store.write(Batch(readings=[[Reading("plug-1", "power", 1.0, "W", OLD, True)]]))
    yield store
    store.close()


@pytest.fixture
def rolled(tmp_path):
    def count():
        with sqlite3.connect(tmp_path / "telemetry.sqlite3") as db:
            return db.execute("SELECT count(*) FROM rolled").fetchone()[0]

    return count


def test_an_idle_moment_is_used(store, rolled):
    Tidier(store, terms=lambda: Terms(0, 0, 0)).turn(busy=False)

    assert rolled() == 2


def test_readings_go_first_but_not_for_ever(store, rolled, monkeypatch):
    monkeypatch.setattr(tidying, "REST", 0)
    tidier = Tidier(store, terms=lambda: Terms(0, 0, 0))
    tidier.turn(busy=False)
    store.write(Batch(readings=[[Reading("plug-1", "power", 1.0, "W", OLD + 3600 * 10**9, True)]]))
    tidier.turn(busy=True)
    first = rolled()

    monkeypatch.setattr(tidying, "LONGEST_UNTIDY", 0)
    tidier.turn(busy=True)

    assert (first, rolled()) == (2, 4)


def test_a_store_that_is_locked_is_tidied_later(store, rolled, tmp_path):
    tidier = Tidier(store, terms=lambda: Terms(0, 0, 0))
    other = sqlite3.connect(tmp_path / "telemetry.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    tidier.turn(busy=False)
    other.execute("ROLLBACK")
    other.close()

    assert rolled() == 0
    assert store.tidy(OLD * 2, terms=Terms(0, 0, 0), budget=1) is False
    assert rolled() == 2
