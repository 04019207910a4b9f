"""Lines of the log in words."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import translation

from lab.actions.changes import facts_of, note_added, note_change, remove
from lab.actions.parts import set_week
from lab.models import KindRules, Link, Member, Programme, Tariff
from lab.phrases.changes import change_lines, change_words
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def charlie() -> Member:
    return factories.manager(first_name="Charlie", last_name="Bernard")


def words(row, by, change) -> list[str]:
    before = facts_of(row)
    change(row)
    line = note_change(row=row, before=before, by=by)
    return [said.replace("\u00a0", " ").replace("\u2060", "") for said in change_words(line)]


def test_values_are_told_as_people_say_them(charlie):
    tariff = Tariff.objects.create(slug="std", name="Standard", credits_per_hour=Decimal(2))
    rules = KindRules.objects.create(kind="machine", max_minutes=240)

    def change(row):
        row.max_minutes, row.notice_minutes, row.approval, row.tariff, row.role = (
            None,
            1440,
            True,
            tariff,
            "manager",
        )
        row.save()

    assert words(rules, charlie, change) == [
        "Longest booking: 4 h → inherited",
        "Notice: inherited → 1 day",
        "A manager approves: inherited → yes",
        "For: inherited → lab manager",
        "Tariff: inherited → Standard",
    ]


def test_dates_of_a_member(charlie):
    alice = factories.member()

    def change(row):
        row.member_until, row.suspended = date(2026, 12, 31), True
        row.save()

    assert words(alice, charlie, change) == ["Suspended: no → yes", "Member until: – → 31 December 2026"]


def test_who_came_and_went_is_told_and_not_the_whole_list(charlie):
    alice, bob = factories.member("alice"), factories.member("bob")
    cohort = Programme.objects.create(slug="res", name="Résidence")
    cohort.members.add(alice)

    assert words(cohort, charlie, lambda row: row.members.set([bob])) == ["Members: + bob, − alice"]


def test_the_week_and_the_links_are_told_whole(charlie):
    zone = factories.zone(hours=(9, 20))
    laser, band = factories.resource(zone=zone), factories.resource("uhf", zone=zone)

    def link(row):
        Link.objects.create(resource=row, also=band, why="interference")

    assert words(zone, charlie, lambda row: set_week(row, [])) == [
        "Opening hours: Monday to Saturday 09:00 – 20:00 → –"
    ]
    assert words(laser, charlie, link) == ["Claimed with it: – → uhf × 1 (they disturb each other)"]


def test_only_an_objects_newest_line_offers_its_way_back(charlie):
    laser = factories.resource()
    for minutes in (60, 120):
        before = facts_of(laser)
        laser.max_minutes = minutes
        laser.save()
        note_change(row=laser, before=before, by=charlie)
    lines = change_lines(LogEntry.objects.order_by("-pk"))

    assert [(line.who, line.undoable) for line in lines] == [
        ("Charlie Bernard", True),
        ("Charlie Bernard", False),
    ]


def test_coming_and_going_are_told_in_a_word(charlie):
    tariff = Tariff.objects.create(slug="std", name="Standard")

    assert change_words(note_added(row=tariff, by=charlie)) == ["Added: Standard"]
    assert change_words(remove(row=tariff, by=charlie)) == ["Removed: Standard"]
