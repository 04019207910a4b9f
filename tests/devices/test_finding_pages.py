"""Devices in service: found by a word, narrowed to those that need a look, a screenful at once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from devices.models import Lockout
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Client:
    client = Client()
    client.force_login(factories.manager(language="en"))
    return client


@pytest.fixture
def mill():
    resource = factories.resource("mill-1", name="Fraiseuse à métaux")
    return factories.device("plug-1", label="Prise", resource=resource, profile="tasmota")


def names(client: Client, query: str = "") -> list[str]:
    return [view.device.name for view in client.get(f"/devices/{query}").context["found"]]


@pytest.mark.parametrize("q", ["prise", "PLUG-1", "metaux", "Métaux tasmota", " "])
def test_a_device_is_found_by_its_name_its_place_and_its_family(manager, mill, q):

    assert names(manager, f"?q={q}") == ["plug-1"]


@pytest.mark.parametrize("q", ["laser", "prise laser", "%00zz"])
def test_a_word_that_stands_nowhere_finds_nothing_and_says_so(manager, mill, q):
    answer = manager.get(f"/devices/?q={q}")

    assert answer.context["found"] == []
    assert "No device has all of these words." in answer.content.decode()


def test_those_that_need_a_look_are_counted_and_shown_alone(manager, mill):
    now = timezone.now()
    locked = factories.device("reader-1")
    Lockout.objects.create(device=locked, since=now, until=now + timedelta(minutes=1))
    factories.device("gone-1", online=False, status_at=now)
    context = manager.get("/devices/?only=trouble").context

    assert {view.device.name for view in context["found"]} >= {"reader-1", "gone-1"}
    assert context["troubled"] == len(context["found"])


def test_a_screenful_is_shown_and_all_of_them_when_asked(manager):
    for n in range(43):
        factories.device(f"plug-{n}")
    page = manager.get("/devices/").content.decode()

    assert len(names(manager)) == 40
    assert "Show all 43" in page
    assert len(names(manager, "?all=1")) == 43
