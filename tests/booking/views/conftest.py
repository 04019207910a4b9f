"""Somebody signed in, a laser, and a clock that stands at the tests' Monday morning."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from lab.models import Member, Resource
from tests import factories
from tests.factories import NOW


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the time that views hand to rules; it begins at NOW."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_to(NOW)
    return set_to


@pytest.fixture
def alice(db: None) -> Member:
    return factories.member("alice", first_name="Alice", last_name="Martin", language="en")


@pytest.fixture
def charlie(db: None) -> Member:
    return factories.manager("charlie", language="en")


@pytest.fixture
def laser(db: None) -> Resource:
    return factories.resource()


def sign_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client
