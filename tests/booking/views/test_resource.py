"""A resource's page: its state, when it is free, what it asks for."""

import pytest

from lab.models import Outage
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import LONG_AGO, at, span

pytestmark = pytest.mark.django_db


def test_free_times_are_told_by_day_up_to_midnight(alice, laser):
    factories.booking(alice, laser, span(12, 24))
    answer = sign_in(alice).get("/resources/laser-1/")

    assert answer.context["free"][0][1] == [(at(10), at(12))]
    assert answer.context["free"][1][1][0][0] == at(24)


def test_the_gate_is_shown_instead_of_the_button(alice):
    factories.resource(certification=factories.certification())
    page = sign_in(alice).get("/resources/laser-1/").content.decode()

    assert "You need the certification “laser training”" in page
    assert "/book/?resource" not in page


def test_an_outage_says_its_reason(alice, laser):
    Outage.objects.create(resource=laser, starts_at=LONG_AGO, reason="Lens cracked")

    assert "Lens cracked" in sign_in(alice).get("/resources/laser-1/").content.decode()


def test_who_booked_is_private_and_why_too(alice, charlie, laser):
    bob = factories.member("bob", first_name="Bob")
    factories.booking(bob, laser, span(14, 15), purpose="Surprise")

    seen = sign_in(alice).get("/resources/laser-1/").content.decode()
    assert ("Bob" in seen, "Surprise" in seen) == (False, False)
    told = sign_in(charlie).get("/resources/laser-1/").content.decode()
    assert ("Bob" in told, "Surprise" in told) == (True, True)


def test_what_is_not_there_is_not_found(alice):
    assert sign_in(alice).get("/resources/moon/").status_code == 404
