"""A lab of one sensor, with a store of its own."""

from dataclasses import replace

import pytest
from django.conf import settings

from tests.booking.alarms.air import Air


@pytest.fixture
def air(db, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, state=tmp_path))
    made = Air(tmp_path / "telemetry.sqlite3")
    yield made
    made.store.close()
