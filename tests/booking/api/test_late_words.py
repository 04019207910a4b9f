"""Whatever can't be done to a booking by now is refused with its own reason, and what to do next."""

from datetime import timedelta

import pytest
from django.utils import timezone

from booking.models import Booking
from lab.spans import Span
from tests import factories

pytestmark = pytest.mark.django_db
EARLIER, LATER, DAY = -timedelta(hours=1), timedelta(hours=1), timedelta(days=1)


def refused(
    caller, laser, alice, deed, *, state="booked", begins=DAY, body=None
) -> tuple[int, str, str, str]:
    now = timezone.now()
    span = Span(now + begins, now + begins + timedelta(hours=2))
    held = {"held_until": now + DAY} if state == "held" else {}
    standing = state in Booking.PROMISED or state == "held"
    made = factories.booking(alice, laser, span, state=state, standing=standing, **held)
    method, path = ("DELETE", "") if deed == "cancel" else ("POST", f"/{deed}")
    status, told = caller(method, f"bookings/{made.pk}{path}", body)
    (objection,) = told["objections"]
    return status, objection["code"], objection["data"]["why"], objection["title"]


@pytest.mark.parametrize(
    ("deed", "facts", "why", "title"),
    [
        ("finish", {}, "not_begun", "Not begun yet"),
        ("finish", {"state": "held"}, "held", "Offered, not booked"),
        ("finish", {"state": "requested"}, "asked", "Not decided yet"),
        ("finish", {"begins": -DAY}, "over", "Over already"),
        ("cancel", {"begins": EARLIER}, "begun", "Begun already"),
        ("cancel", {"state": "cancelled"}, "cancelled", "Cancelled already"),
        ("cancel", {"state": "declined"}, "declined", "Declined"),
        ("cancel", {"state": "missed", "begins": EARLIER}, "missed", "Time given back"),
        ("extend", {"begins": -DAY, "body": {"minutes": 30}}, "over", "Over already"),
        ("check-in", {}, "too_early", "Too early to check in"),
        ("check-in", {"state": "checked_in", "begins": EARLIER}, "arrived", "Checked in already"),
        ("check-in", {"state": "done", "begins": EARLIER}, "over", "Over already"),
    ],
)
def test_its_state_says_why_not(as_alice, alice, laser, deed, facts, why, title):
    assert refused(as_alice, laser, alice, deed, **facts) == (422, "too_late_to_cancel", why, title)


@pytest.mark.parametrize("deed", ["approve", "decline"])
def test_what_asks_no_longer_is_decided_already(as_charlie, alice, laser, deed):
    told = refused(as_charlie, laser, alice, deed, state="cancelled")

    assert told == (422, "too_late_to_cancel", "decided", "Decided already")
