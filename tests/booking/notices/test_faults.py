"""Faults and objections: managers are asked, and led to where they decide; whoever said it is answered."""

import pytest
from django.utils import timezone, translation

from booking.models import Notice
from booking.notices import Told, told
from tests import factories
from tests.factories import NOW, at

pytestmark = pytest.mark.django_db
FACTS = {"resources": ["laser-1"], "report": 7, "text": "It smokes"}
ABSENCE = {
    "starts_at": at(14).isoformat(),
    "ends_at": at(16).isoformat(),
    "resources": ["laser-1"],
    "no_show": 3,
}


@pytest.fixture(autouse=True)
def in_english(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with translation.override("en"):
        yield


@pytest.fixture
def alice(db):
    factories.resource("laser-1", name="Découpe laser", name_en="Laser cutter")
    return factories.member("alice", first_name="Alice", last_name="Martin")


@pytest.fixture
def charlie(db):
    return factories.manager("charlie", first_name="Charlie", last_name="Roux")


def say(reader, kind, facts) -> Told:
    (one,) = told([Notice(member=reader, kind=kind, data=facts, created_at=NOW)])
    return one


def test_a_manager_is_asked_about_a_fault(alice, charlie):
    one = say(charlie, "fault", FACTS | {"by": alice.pk})

    assert (one.title, one.lines) == (
        "Fault reported: Laser cutter", ["Alice Martin reports it.", "“It smokes”"],
    )  # fmt: skip
    assert (one.path, one.call) == ("/manage/outages/#report-7", "Decide about it")


@pytest.mark.parametrize(
    ("until", "back"),
    [
        (None, "Nobody knows yet when it works again."),
        (at(12, day=1).isoformat(), "It should work again Tuesday 5 May at 12:00."),
    ],
)
def test_who_reported_hears_that_it_is_out_of_order(alice, charlie, until, back):
    outcome = {"outcome": "outage", "reason": "Tube HS", "until": until, "by": charlie.pk}
    one = say(alice, "fault", FACTS | outcome)

    assert one.title == "Out of order, as you reported: Laser cutter"
    assert one.lines == ["Reason: Tube HS", back, "You wrote: “It smokes”"]
    assert (one.path, one.call) == ("/resources/laser-1/", "Go there")


def test_who_reported_hears_that_it_is_in_order(alice, charlie):
    outcome = {"outcome": "dismissed", "reason": "The key was off.", "by": charlie.pk}
    one = say(alice, "fault", FACTS | outcome)

    assert one.title == "Your report was looked at: Laser cutter"
    assert one.lines == [
        "Charlie Roux looked at it and keeps it in service.", "“The key was off.”", "You wrote: “It smokes”",
    ]  # fmt: skip


def test_a_manager_is_asked_about_an_absence(alice, charlie):
    one = say(charlie, "objection", ABSENCE | {"by": alice.pk, "text": "J’étais là"})

    assert (one.path, one.call) == ("/manage/no-shows/#no-show-3", "Decide about it")


def test_who_objected_reads_the_word_that_goes_with_the_answer(alice, charlie):
    one = say(alice, "objection", ABSENCE | {"waived": False, "reason": "The reader heard nobody."})

    assert one.lines == [
        "A lab manager looked at it and keeps it as it is.", "“The reader heard nobody.”",
    ]  # fmt: skip
    assert one.call == "See the booking"
