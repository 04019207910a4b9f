"""A serial line for each test."""

import pytest

from tests.firmware_bridge.ports import Plug


@pytest.fixture
def plug(tmp_path):
    made = Plug(tmp_path / "tty")
    yield made
    made.pull()
