"""One demo lab for all journeys of a worker."""

from collections.abc import Iterator

import pytest

from tests.e2e.demo import Demo, demo


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demo(tmp_path_factory.mktemp("demo") / "state") as running:
        yield running
