"""Somebody signed in and a clock that stands, for pages that need no booking."""

import pytest
from django.test import Client
from django.utils import timezone

from lab.models import Member
from tests import factories
from tests.factories import NOW


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def alice(db: None) -> Member:
    return factories.member("alice", first_name="Alice", last_name="Martin", language="en")


@pytest.fixture
def charlie(db: None) -> Member:
    return factories.manager("charlie", language="en")


def sign_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def words(answer) -> list[str]:
    return [
        str(message).replace("\u00a0", " ").replace("\u2060", "") for message in answer.context["messages"]
    ]


def undo(client: Client, page: str):
    """Press the way back that the page's last message offers."""
    return client.post("/manage/undo/" + page.split('action="/manage/undo/')[-1].split('"')[0], follow=True)
