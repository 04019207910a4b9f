"""Boards are for lab managers, and every number on them has its story."""

from datetime import timedelta

import pytest
from django.utils import timezone

from booking.models import AccessEvent
from devices.models import Lockout
from lab.models import Outage
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import LONG_AGO, NOW, span

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/dashboard/", "/presence/muster/", "/devices/"])
def test_boards_are_for_managers(client, alice, charlie, path):
    assert client.get(path).status_code == 302
    assert sign_in(alice).get(path).status_code == 403
    assert sign_in(charlie).get(path).status_code == 200


def test_the_board_shows_who_is_in_what_runs_and_what_waits(alice, charlie, laser):
    alice.presences.create(zone=laser.zone, since=NOW)
    alice.sessions.create(resource=laser, started_at=NOW)
    factories.booking(factories.member("bob", first_name="Bob"), laser, span(11, 12))
    Outage.objects.create(resource=factories.resource("vinyl"), starts_at=LONG_AGO, reason="Blade ordered")
    factories.device("plug-new", claimed=False, profile="tasmota")
    page = sign_in(charlie).get("/dashboard/").content.decode()

    for word in ("Alice Martin", "Bob", "11:00–12:00", "Blade ordered", "plug-new", "new device, tasmota"):
        assert word in page


def test_work_that_began_before_its_hour_stands_on_the_board_once(alice, charlie, laser):
    early = factories.booking(alice, laser, span(10.5, 11), state="checked_in")
    alice.sessions.create(resource=laser, booking=early, started_at=NOW)
    page = sign_in(charlie).get("/dashboard/").content.decode()

    assert page.count("Alice Martin") == 1


def test_a_passage_is_told_with_its_reason(alice, charlie):
    reader = factories.device("door-1", door=factories.door())
    AccessEvent.objects.create(
        device=reader, nonce="a", member=None, door=reader.door, reason="unknown_badge", granted=False,
        tapped_at=NOW, decided_at=NOW,
    )  # fmt: skip
    AccessEvent.objects.create(
        device=reader, nonce="b", member=alice, door=reader.door, reason="a_new_reason", granted=True,
        tapped_at=NOW, decided_at=NOW,
    )  # fmt: skip
    page = sign_in(charlie).get("/presence/").content.decode()

    for word in (
        "Unknown badge",
        "a_new_reason",
        "Alice Martin",
        'aria-label="Refused"',
        'aria-label="Granted"',
    ):
        assert word in page


def test_a_reader_that_floods_pushes_nobody_off_the_board(alice, charlie):
    calm, wild = (factories.device(name, door=factories.door(name)) for name in ("door-1", "door-2"))

    def passage(reader, number, seconds, **more):
        moment = NOW + timedelta(seconds=seconds)
        facts = {"reason": "unknown_badge", "granted": False, "door": reader.door, **more}
        AccessEvent.objects.create(
            device=reader, nonce=str(number), tapped_at=moment, decided_at=moment, **facts
        )

    passage(calm, 0, 0, member=alice, reason="welcome", granted=True)
    for number in range(40):
        passage(wild, number, 60 + number // 2)

    page = sign_in(charlie).get("/dashboard/").content.decode()

    log = page[page.index("log-title") :]
    assert "Alice Martin" in log
    assert log.count("Unknown badge") == 3
    assert "and 37 more like it" in log


def test_a_lock_out_needs_somebody_for_a_day_or_until_it_is_lifted(charlie):
    wild, lifted, old = (factories.device(f"door-{n}", door=factories.door(f"door-{n}")) for n in range(3))
    now = timezone.now()
    hours = [timedelta(hours=n) for n in range(26)]
    Lockout.objects.create(device=wild, since=now - hours[3], until=now - hours[2], turned_away=1_204)
    Lockout.objects.create(device=lifted, since=now - hours[1], until=now + hours[1])
    Lockout.objects.create(device=old, since=now - hours[25], until=now - hours[24])
    board = sign_in(charlie)
    assert "locked out until" in board.get("/dashboard/").content.decode()
    board.post("/devices/door-1/lift/")

    page = board.get("/dashboard/").content.decode()

    needs = page[page.index("needs-title") : page.index("</section>", page.index("needs-title"))]
    assert "too many taps, 1204 not looked at" in needs
    assert needs.count("ocked out") == 2  # its words and its state
    assert "Nothing waits" not in needs


def test_a_quiet_lab_is_told_as_quiet(charlie):
    page = sign_in(charlie).get("/dashboard/").content.decode()

    assert "Nothing waits. Enjoy the quiet." in page
    assert "Nobody is in." in page
