"""Maintenance from counted hours to the sign-off: told once, a machine stopped and let go, history kept."""

from datetime import datetime, timedelta

import pytest

from booking.actions import outages
from booking.actions import upkeep as actions
from booking.actions.upkeep import Checked
from booking.models import HourMark, Notice, Upkeep, UpkeepPlan, UpkeepVisit, UsageSession
from booking.queries.upkeep import counter, in_force, nearest, standing, standings
from booking.sweeps import keep_up
from lab.models import Outage, Resource
from tests import factories
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def charlie():
    return factories.manager()


@pytest.fixture
def laser():
    return factories.resource()


def planned(what: Resource, **fields) -> Upkeep:
    """A plan for one resource, every 50 hours, counted since this morning."""
    facts = {"name": "Optics", "resource": what, "every_hours": 50} | fields
    plan = UpkeepPlan.objects.create(**facts)
    actions.spread(plan, now=at(0))
    return Upkeep.objects.get(plan=plan)


def ran(what: Resource, start: datetime, hours: float, busy_hours: float | None = None) -> UsageSession:
    return UsageSession.objects.create(
        resource=what,
        started_at=start,
        ended_at=start + timedelta(hours=hours),
        busy_seconds=None if busy_hours is None else busy_hours * 3600,
    )


def test_time_at_work_counts_and_time_held_where_no_meter_tells(laser):
    upkeep = planned(laser)
    ran(laser, at(1), 4, busy_hours=1.5)
    ran(laser, at(5), 1, busy_hours=0)
    ran(laser, at(7), 2)
    ran(factories.resource("mill"), at(1), 8)

    assert standing(upkeep, now=NOW).hours == pytest.approx(3.5)


def test_what_goes_on_counts_so_far_and_what_had_begun_by_its_share(laser):
    upkeep = planned(laser)
    ran(laser, at(-3), 4, busy_hours=2)  # a quarter of it since midnight
    UsageSession.objects.create(resource=laser, started_at=at(9), busy_seconds=1800)

    assert standing(upkeep, now=NOW).hours == pytest.approx(1)


def test_the_most_urgent_comes_first_in_a_fixed_number_of_queries(laser, django_assert_num_queries):
    planned(laser, every_hours=100)
    planned(factories.resource("mill"), name="Spindle", every_hours=10)
    ran(laser, at(1), 5, busy_hours=5)
    ran(Resource.objects.get(slug="mill"), at(1), 5, busy_hours=5)

    with django_assert_num_queries(2):
        found = standings(in_force(), now=NOW)

    assert [(one.upkeep.plan.name, one.percent) for one in found] == [("Spindle", 50), ("Optics", 5)]


def test_a_plan_of_a_kind_holds_for_those_that_come_later(laser):
    plan = UpkeepPlan.objects.create(name="Nozzle", kind="printer", every=2)
    first = factories.resource("printer-1", kind="printer")
    keep_up(now=NOW)
    second = factories.resource("printer-2", kind="printer")
    keep_up(now=NOW)

    assert {row.resource for row in plan.upkeeps.all()} == {first, second}
    assert nearest(laser, now=NOW) is None


def test_managers_hear_once_that_it_is_due_soon_and_once_that_it_is_overdue(charlie, laser):
    planned(laser)
    ran(laser, at(-1), 41)
    now = at(40.5)
    keep_up(now=now)
    keep_up(now=now)
    assert [row.data["standing"] for row in Notice.objects.all()] == ["soon"]

    ran(laser, at(41), 12)
    keep_up(now=at(53))
    keep_up(now=at(53))

    told = Notice.objects.filter(member=charlie, kind="upkeep").order_by("pk")
    assert [row.data["standing"] for row in told] == ["soon", "overdue"]
    assert not Outage.objects.exists()


def test_an_overdue_machine_is_stopped_and_works_again_once_signed_off(charlie, laser):
    upkeep = planned(laser, overdue="stop", every_hours=2)
    hit = factories.booking(factories.member("alice"), laser, span(14, 16))
    ran(laser, at(1), 3, busy_hours=3)

    keep_up(now=NOW)

    outage = Outage.objects.get()
    assert (outage.resource, outage.ends_at, outage.reason) == (laser, None, "Entretien\u202f: Optics")
    assert hit.hits.get().outage == outage
    upkeep.refresh_from_db()
    checks = [Checked("Clean the mirrors", True), Checked("Measure", True, "W", 78.5, "a little less")]
    visit = actions.sign_off(upkeep=upkeep, by=charlie, now=at(11), checks=checks, note="All well")

    outage.refresh_from_db()
    assert outage.ends_at == at(11)
    assert standing(upkeep, now=at(11)).hours == 0
    assert (visit.hours, visit.by, visit.note) == (pytest.approx(3), charlie, "All well")
    assert [(one.text, one.done, one.value, one.unit) for one in visit.checks.all()] == [
        ("Clean the mirrors", True, None, ""),
        ("Measure", True, 78.5, "W"),
    ]
    assert not Notice.objects.filter(kind="upkeep", read_at=None).exists()
    keep_up(now=at(12))
    assert Outage.objects.count() == 1


def test_a_manager_who_ends_the_outage_decides_until_the_next_round(charlie, laser):
    upkeep = planned(laser, overdue="stop", every_hours=2)
    ran(laser, at(1), 3)
    keep_up(now=NOW)
    outages.end(outage=Outage.objects.get(), by=charlie, now=at(10.5))

    keep_up(now=at(11))

    assert Outage.objects.count() == 1
    upkeep.refresh_from_db()
    actions.sign_off(upkeep=upkeep, by=charlie, now=at(12), checks=[])
    ran(laser, at(12), 3)
    keep_up(now=at(15))
    assert Outage.objects.count() == 2


def test_one_that_is_down_already_is_stopped_when_that_is_over(charlie, laser):
    planned(laser, overdue="stop", every_hours=2)
    down = outages.declare(resource=laser, reason="Tube", by=charlie, now=at(8))
    ran(laser, at(1), 3)
    keep_up(now=NOW)
    assert Outage.objects.count() == 1

    outages.end(outage=down, by=charlie, now=at(11))
    keep_up(now=at(11))

    assert Outage.objects.at(at(11)).get().reason == "Entretien\u202f: Optics"


def test_put_off_it_has_time_and_the_machine_works_again(charlie, laser):
    upkeep = planned(laser, overdue="stop", every_hours=2)
    ran(laser, at(1), 3)
    keep_up(now=NOW)
    upkeep.refresh_from_db()

    actions.postpone(upkeep=upkeep, by=charlie, now=NOW, reason="Part on its way", until_hours=8)
    keep_up(now=at(11))

    assert not Outage.objects.at(at(11)).exists()
    found = standing(upkeep, now=at(11))
    assert (found.due.hours_left, found.overdue) == (pytest.approx(5), False)
    assert (UpkeepVisit.objects.get().what, UpkeepVisit.objects.get().until_hours) == ("postponed", 8)


def test_another_plan_s_words_let_the_machine_go(charlie, laser):
    planned(laser, overdue="stop", every_hours=2)
    ran(laser, at(1), 3)
    keep_up(now=NOW)

    UpkeepPlan.objects.update(overdue="warn")
    keep_up(now=at(11))

    assert not Outage.objects.at(at(11)).exists()


def test_given_up_a_plan_asks_for_nothing_and_keeps_its_history(charlie, laser):
    upkeep = planned(laser, overdue="stop", every_hours=2)
    ran(laser, at(1), 3)
    keep_up(now=NOW)

    actions.give_up(plan=upkeep.plan, by=charlie, now=at(11))
    keep_up(now=at(12))

    assert not Outage.objects.at(at(12)).exists()
    assert not in_force().exists()
    assert Notice.objects.filter(kind="upkeep", read_at=None).count() == 0


def test_hours_that_a_machine_had_before_are_set_and_told(charlie, laser):
    upkeep = planned(laser)
    ran(laser, at(1), 3)

    actions.count_from(upkeep=upkeep, by=charlie, now=NOW, hours=30, note="Bought used")

    assert standing(upkeep, now=NOW).hours == pytest.approx(30)
    assert UpkeepVisit.objects.get().note == "Bought used"


def test_a_counter_goes_on_from_what_it_showed_and_a_new_one_changes_no_plan(charlie, laser):
    upkeep = planned(laser)
    assert counter(laser, now=NOW) is None
    actions.mark_hours(resource=laser, hours=1200, by=charlie, now=at(0))
    ran(laser, at(1), 3)
    assert counter(laser, now=NOW) == pytest.approx(1203)

    actions.mark_hours(resource=laser, hours=0, by=charlie, now=at(10), note="New board")

    assert (counter(laser, now=at(11)), standing(upkeep, now=at(11)).hours) == (0, pytest.approx(3))
    visit = actions.sign_off(upkeep=upkeep, by=charlie, now=at(11), checks=[], shown=2)
    assert (visit.counter, HourMark.objects.count()) == (2, 3)
