"""One demo lab for all journeys; it ends when they are over, as it keeps a machine busy."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.demo import Demo, demo
from tests.templates import migrated

expect.set_options(timeout=30_000)  # a busy machine draws a page when it can


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The way from nothing to a lab is tested where a whole house is; here its tables are there."""
    state = tmp_path_factory.mktemp("demo") / "state"
    state.mkdir(mode=0o700)
    shutil.copy(migrated(), state)
    with demo(state) as running:
        yield running
