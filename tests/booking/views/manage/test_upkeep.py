"""Maintenance before managers: plans kept, urgency shown, signed off at the machine, put off."""

import pytest

from booking.actions import upkeep as actions
from booking.models import Notice, Upkeep, UpkeepPlan, UpkeepTask, UpkeepVisit
from booking.notices import told
from booking.queries.upkeep import counter, standing
from booking.sweeps import keep_up
from lab.models import Outage
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, at

pytestmark = pytest.mark.django_db
NEW = "/manage/upkeep/new/"
TASKS = {
    "tasks-TOTAL_FORMS": "3", "tasks-INITIAL_FORMS": "0",
    "tasks-0-text": "Clean the mirrors", "tasks-1-text": "Measure the power", "tasks-1-unit": "W",
}  # fmt: skip
OPTICS = TASKS | {
    "name": "Optics", "target": "resource:laser-1", "every_hours": "50", "period": "month",
    "warn_percent": "80", "overdue": "stop",
}  # fmt: skip


@pytest.fixture
def upkeep(laser):
    """Every 50 hours, of which 55 lie behind it."""
    plan = UpkeepPlan.objects.create(name="Optics", resource=laser, every_hours=50, overdue="stop")
    UpkeepTask.objects.create(plan=plan, place=0, text="Clean the mirrors")
    UpkeepTask.objects.create(plan=plan, place=1, text="Measure the power", unit="W")
    actions.spread(plan, now=at(0), hours_before=55)
    return Upkeep.objects.get()


def said(upkeep, **more):
    """What the sign-off form sends."""
    first, second = upkeep.plan.tasks.all()
    done = {f"done_{first.pk}": "on", f"done_{second.pk}": "on", f"value_{second.pk}": "78.5"}
    return done | {name.format(first=first.pk, second=second.pk): value for name, value in more.items()}


def test_a_plan_is_kept_with_its_tasks_and_counts_from_what_was_said(charlie, laser):
    answer = sign_in(charlie).post(NEW, OPTICS | {"hours_before": "12", "last_done": "2026-05-01"})

    assert answer["Location"] == "/manage/upkeep/"
    plan = UpkeepPlan.objects.get()
    assert [(task.text, task.unit) for task in plan.tasks.all()] == [
        ("Clean the mirrors", ""),
        ("Measure the power", "W"),
    ]
    (row,) = plan.upkeeps.all()
    assert (row.resource, row.hours_before, row.since) == (laser, 12, at(0, day=-3))


def test_changed_it_keeps_what_was_counted(charlie, upkeep):
    changed = OPTICS | {"every_hours": "100", "tasks-0-text": "Clean the lens"}

    sign_in(charlie).post(f"/manage/upkeep/{upkeep.plan_id}/", changed)

    assert standing(upkeep, now=NOW).limit == 100
    assert standing(upkeep, now=NOW).hours == 55
    assert upkeep.plan.tasks.first().text == "Clean the lens"


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"every_hours": ""}, ["every_hours"]),
        ({"every_hours": "0"}, ["every_hours"]),
        ({"every_hours": "-4"}, ["every_hours"]),
        ({"warn_percent": "0"}, ["warn_percent"]),
        ({"target": "resource:nothing"}, ["target"]),
        ({"last_done": "2026-06-01"}, ["last_done"]),
        ({"name": ""}, ["name"]),
    ],
)
def test_what_makes_no_plan_is_said_at_its_field(charlie, laser, asked, wrong):
    answer = sign_in(charlie).post(NEW, OPTICS | asked)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, wrong)
    assert not UpkeepPlan.objects.exists()


def test_the_overview_shows_the_most_urgent_first(charlie, upkeep):
    actions.spread(UpkeepPlan.objects.create(name="Filter", kind="machine", every=6), now=at(0))

    page = sign_in(charlie).get("/manage/upkeep/")

    assert [one.upkeep.plan.name for one in page.context["standings"]] == ["Optics", "Filter"]
    text = page.content.decode()
    assert "overdue by 5\xa0h of work" in text
    assert "on 4 November 2026" in text


def test_signed_off_task_by_task_it_counts_anew_and_the_machine_works_again(charlie, upkeep):
    keep_up(now=NOW)
    client, path = sign_in(charlie), f"/manage/upkeep/at/{upkeep.pk}/sign/"
    assert "The machine works again at once." in client.get(path).content.decode()

    answer = client.post(path, said(upkeep, note="New lens", shown="1200"))

    assert answer["Location"] == f"/manage/upkeep/at/{upkeep.pk}/"
    assert not Outage.objects.at(NOW).exists()
    visit = UpkeepVisit.objects.get()
    assert [(one.done, one.value) for one in visit.checks.all()] == [(True, None), (True, 78.5)]
    assert (visit.hours, visit.counter, visit.note) == (55, 1200, "New lens")
    assert counter(upkeep.resource, now=NOW) == 1200
    page = client.get(answer["Location"]).content.decode()
    assert ("New lens" in page, "78.5" in page) == (True, True)


def test_of_two_who_sign_at_once_the_second_is_told_of_the_first_and_may_sign_again(charlie, upkeep):
    client, path = sign_in(charlie), f"/manage/upkeep/at/{upkeep.pk}/sign/"
    opened = {"since": upkeep.since.isoformat()}
    client.post(path, said(upkeep) | opened)

    refused = client.post(path, said(upkeep) | opened)
    upkeep.refresh_from_db()
    again = client.post(path, said(upkeep) | {"since": upkeep.since.isoformat()})

    assert (refused.status_code, again.status_code) == (422, 302)
    assert f"{charlie.display_name} signed it off or set its hours meanwhile" in refused.content.decode()
    assert UpkeepVisit.objects.count() == 2


def test_what_was_not_done_needs_a_word(charlie, upkeep):
    client, path = sign_in(charlie), f"/manage/upkeep/at/{upkeep.pk}/sign/"
    first, second = upkeep.plan.tasks.all()

    refused = client.post(path, {f"done_{first.pk}": "on"})
    assert list(refused.context["form"].errors) == [f"note_{second.pk}"]
    assert refused.status_code == 422

    client.post(path, {f"done_{first.pk}": "on", f"note_{second.pk}": "Meter at the repair"})
    assert [one.done for one in UpkeepVisit.objects.get().checks.all()] == [True, False]


def test_a_task_that_needs_a_certification_is_for_its_holders(charlie, upkeep):
    skill = factories.certification()
    upkeep.plan.tasks.update(certification=skill)
    client, path = sign_in(charlie), f"/manage/upkeep/at/{upkeep.pk}/sign/"

    refused = client.post(path, said(upkeep))
    assert (refused.status_code, UpkeepVisit.objects.count()) == (422, 0)

    factories.award(charlie, skill)
    client.post(path, said(upkeep))
    assert UpkeepVisit.objects.count() == 1


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"hours": "10"}, ["reason"]),
        ({"reason": "Later"}, ["hours"]),
        ({"hours": "-1", "reason": "x"}, ["hours"]),
    ],
)
def test_putting_off_wants_more_time_and_a_reason(charlie, upkeep, asked, wrong):
    answer = sign_in(charlie).post(f"/manage/upkeep/at/{upkeep.pk}/postpone/", asked)

    assert answer.status_code == 422
    assert list(answer.context["postpone_form"].errors) == wrong


def test_put_off_it_is_no_longer_overdue(charlie, upkeep):
    path = f"/manage/upkeep/at/{upkeep.pk}/postpone/"

    sign_in(charlie).post(path, {"hours": "10", "reason": "Lens on its way"})

    found = standing(upkeep, now=NOW)
    assert (found.limit, found.overdue) == (65, False)
    assert UpkeepVisit.objects.get().note == "Lens on its way"


def test_hours_and_counter_are_set(charlie, upkeep):
    client = sign_in(charlie)
    client.post(f"/manage/upkeep/at/{upkeep.pk}/count/", {"since-hours": "7.5", "since-note": "Read off"})
    client.post(f"/manage/upkeep/at/{upkeep.pk}/counter/", {"counter-hours": "900"})

    assert standing(upkeep, now=NOW).hours == pytest.approx(7.5)
    assert counter(upkeep.resource, now=NOW) == 900


def test_given_up_it_goes_or_keeps_its_history(charlie, upkeep):
    client = sign_in(charlie)
    client.post(f"/manage/upkeep/at/{upkeep.pk}/sign/", said(upkeep))
    client.post(f"/manage/upkeep/{upkeep.plan_id}/delete/")
    assert UpkeepPlan.objects.get().retired_at == NOW
    assert client.get(f"/manage/upkeep/at/{upkeep.pk}/").status_code == 200

    fresh = UpkeepPlan.objects.create(name="Never", kind="machine", every=1)
    client.post(f"/manage/upkeep/{fresh.pk}/delete/")
    assert not UpkeepPlan.objects.filter(pk=fresh.pk).exists()


def test_members_read_when_it_is_due_and_managers_are_led_there(alice, charlie, upkeep):
    keep_up(now=NOW)

    page = sign_in(alice).get("/resources/laser-1/").content.decode()
    assert ("overdue by 5\xa0h of work" in page, "/manage/upkeep/" in page) == (True, False)
    assert f"/manage/upkeep/at/{upkeep.pk}/" in sign_in(charlie).get("/dashboard/").content.decode()
    (notice,) = told(Notice.objects.filter(member=charlie, kind="upkeep"))
    assert (notice.title, notice.path) == (
        "Entretien en retard\u202f: laser-1",
        f"/manage/upkeep/at/{upkeep.pk}/",
    )


@pytest.mark.parametrize("path", ["", "new/", "1/", "at/1/", "at/1/sign/"])
def test_it_is_for_managers(alice, path):
    assert sign_in(alice).get(f"/manage/upkeep/{path}").status_code == 403
