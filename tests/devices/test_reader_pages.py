"""Managers see how far each reader may be left alone; others don't."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from devices.models import AllowList
from tests import factories

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def door():
    now = timezone.now()
    device = factories.device("door-1", profile="door-reader", door=factories.door())
    AllowList.objects.create(
        device=device,
        version=12,
        digest="d",
        entries=40,
        issued_at=now - 3 * HOUR,
        stale_at=now + 9 * HOUR,
        expires_at=now + 69 * HOUR,
    )
    return device


def page(who, path):
    client = Client()
    client.force_login(who)
    return client.get(path).content.decode()


def told(**facts):
    AllowList.objects.update(told_at=timezone.now(), **facts)


def test_a_manager_sees_the_reader_s_list(door):
    told(held=12, pending=3, clock_error=-8.2, taken_s=0.31)
    shown = page(factories.manager(language="en"), "/devices/door-1/")

    for words in ("version 12", "Held", "<dd>40</dd>", "<dd>3</dd>", "8.2\u00a0s behind", "0.3\u00a0s"):
        assert words in shown


def test_a_reader_that_holds_another_list_says_which_and_why(door):
    told(held=11, refusal="bad signature", clock_error=0.2)
    shown = page(factories.manager(language="en"), "/devices/door-1/")

    for words in ("(it holds 11)", "bad signature", "Refused", ">right<"):
        assert words in shown


def test_the_list_of_devices_shows_all_readers(door):
    factories.device("meter-1", resource=factories.resource())
    told(held=12, pending=0, clock_error=3700)
    shown = page(factories.manager(language="en"), "/devices/")

    assert "Readers while the server is away" in shown
    assert shown.count("#list") == 1
    assert "1\u00a0h\u00a002 ahead" in shown


def test_a_lab_without_readers_has_no_such_table():
    assert "Readers while" not in page(factories.manager(language="en"), "/devices/")


def test_makers_do_not_see_it(door):
    told(held=12)

    assert "version 12" not in page(factories.member(language="en"), "/devices/door-1/")
