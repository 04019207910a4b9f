"""Whoever works sees on the page why it ends, and what nobody knows."""

import pytest

from booking.models import UsageSession
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ending": "needs_buddy"}, "Nobody else is here: off at 10:30, after the work"),
        ({"ending": "not_certified"}, "Your instructor is gone: off at 10:30, after the work"),
        ({"ending": "time"}, "Your time is over: off when the work is done"),
        ({"busy_since": at(9)}, "Its meter is silent since 09:00: nobody knows whether it works."),
    ],
)
def test_a_session_says_how_it_ends(alice, charlie, laser, fields, words):
    UsageSession.objects.create(
        resource=laser, member=alice, started_at=at(8), lease_until=at(10.5), **fields
    )

    assert words in sign_in(alice).get("/me/").content.decode()
    assert words in sign_in(charlie).get("/dashboard/").content.decode()


def test_a_session_says_who_teaches(alice, laser):
    bob = factories.member("bob", first_name="Bob")
    UsageSession.objects.create(resource=laser, member=alice, started_at=at(8), assisted_by=bob)

    assert "With Bob as instructor." in sign_in(alice).get("/me/").content.decode()
