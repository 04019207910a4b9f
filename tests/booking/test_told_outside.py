"""What happens in the lab as other programs hear of it: each thing once, nobody by name."""

import json
from datetime import timedelta

import pytest

from booking import actions, sweeps
from booking.actions import outages
from booking.actions.miss import release
from booking.models import Booking, UsageSession
from booking.sweeps.hooks import tell_paused
from booking.sweeps.telling import Telling
from devices import actions as device_actions
from lab.events import NAMES
from lab.models import Delivery, Hook
from tests import factories
from tests.booking.taps import ALICES, tap
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(db):
    who = factories.member("alice", any_hour=True)
    factories.badge(who, ALICES)
    return who


@pytest.fixture
def laser(db):
    return factories.resource("laser-1")


@pytest.fixture(autouse=True)
def everything(db):
    return Hook.objects.create(
        url="https://example.org/", events=list(NAMES), created_at=NOW, since=at(0), members=True
    )


def heard() -> list[tuple[str, dict]]:
    return [(row.event, json.loads(row.payload)["data"]) for row in Delivery.objects.order_by("pk")]


def events() -> list[str]:
    return [event for event, _data in heard()]


def book(alice, laser, first=12, last=13) -> Booking:
    return actions.book(member=alice, by=alice, resources=[laser], span=span(first, last), now=NOW)


def test_a_booking_from_first_to_last(alice, laser):
    row = book(alice, laser)
    actions.move(booking=row, span=span(12, 14), by=alice, now=NOW)
    actions.arrive(booking=row, now=at(12))
    actions.finish(booking=row, by=alice, now=at(13))

    assert events() == ["booking.created", "booking.changed", "booking.started", "booking.finished"]
    _event, data = heard()[1]
    assert data == {
        "booking": row.pk,
        "resources": ["laser-1"],
        "starts_at": "2026-05-04T12:00:00+02:00",
        "ends_at": "2026-05-04T14:00:00+02:00",
        "state": "booked",
        "series": None,
        "what": "moved",
        "member": data["member"],
    }
    assert not any("alice" in row.payload for row in Delivery.objects.all())


def test_a_booking_that_does_not_take_place(alice, laser):
    actions.cancel(booking=book(alice, laser), by=alice, now=NOW)
    release(booking=book(alice, laser), now=at(12.5))

    assert events() == ["booking.created", "booking.cancelled", "booking.created", "booking.missed"]


def test_a_booking_whose_time_is_over_is_finished_once(alice, laser):
    row = book(alice, laser)
    Booking.objects.filter(pk=row.pk).update(state=Booking.State.CHECKED_IN)

    for _ in range(2):
        sweeps.end_bookings(now=at(13))

    assert events() == ["booking.created", "booking.finished"]
    assert heard()[1][1]["state"] == "done"


def test_a_tap_is_told_from_its_audit_line_without_the_badge(alice):
    factories.device("door-reader", door=factories.door())
    tap("door-reader", "1")
    tap("door-reader", "2", uid="04FFFFFFFFFFFF")
    telling = Telling()

    for _ in range(3):
        telling.sweep(now=NOW)

    assert events() == ["access.granted", "access.refused"]
    granted, refused = (data for _event, data in heard())
    assert (granted["door"], granted["reason"], granted["device"]) == (
        "door-fablab",
        "welcome",
        "door-reader",
    )
    assert refused["reason"] == "unknown_badge"
    assert not any(uid in row.payload for row in Delivery.objects.all() for uid in (ALICES, "04FFFFFFFFFFFF"))


def test_a_machines_use_is_told_when_it_begins_and_when_it_ends(alice, laser):
    row = UsageSession.objects.create(resource=laser, member=alice, started_at=NOW)
    telling = Telling()
    telling.sweep(now=NOW)
    row.ended_at, row.energy_wh = at(11), 42.5
    row.save()

    for minute in range(3):
        telling.sweep(now=at(11) + timedelta(minutes=minute))

    assert events() == ["session.started", "session.ended"]
    data = heard()[1][1]
    assert (data["resource"], data["energy_wh"], data["ended_at"]) == (
        "laser-1",
        42.5,
        "2026-05-04T11:00:00+02:00",
    )


def test_what_happened_before_somebody_listened_stays_untold(alice, laser, everything):
    UsageSession.objects.create(resource=laser, started_at=NOW, ended_at=at(10.5))
    Hook.objects.filter(pk=everything.pk).update(since=at(11))

    Telling().sweep(now=at(11))

    assert events() == []


def test_an_outage_and_its_end(laser):
    charlie = factories.manager("charlie")
    row = outages.declare(resource=laser, reason="Martin broke the lens", by=charlie, now=NOW)
    outages.end(outage=row, by=charlie, now=at(11))

    assert events() == ["resource.outage", "resource.restored"]
    assert "Martin" not in Delivery.objects.first().payload


def test_devices_come_go_and_come_back():
    device_actions.discover(name="plug-1", profile="tasmota", now=NOW)
    device_actions.discover(name="plug-1", profile="tasmota", now=NOW)
    for online in (True, False, False, True):
        device_actions.report_status(name="plug-1", online=online, now=NOW)

    assert events() == ["device.discovered", "device.offline", "device.online"]


def test_managers_hear_once_that_a_webhook_is_paused(everything):
    charlie = factories.manager("charlie", language="en")

    for _ in range(2):
        tell_paused(everything, NOW)

    notice = charlie.notices.get()
    assert (notice.kind, notice.data["hook"]) == ("hook_paused", everything.pk)
