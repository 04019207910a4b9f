"""A laser, two makers and a manager, and what each of them calls."""

import pytest

from tests import factories
from tests.callers import Caller


@pytest.fixture
def laser():
    return factories.resource()


@pytest.fixture
def alice():
    return factories.member("alice", first_name="Alice", last_name="Martin", language="en")


@pytest.fixture
def as_alice(alice):
    return Caller(alice)


@pytest.fixture
def as_bob():
    return Caller(factories.member("bob", language="en"))


@pytest.fixture
def as_charlie():
    return Caller(factories.manager("charlie", language="en"))
