"""Quotas as sentences, and the lab's settings."""

import pytest

from booking.models import Policy
from booking.queries.wishes import objections
from lab.models import Programme, Quota, Tariff
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, span

pytestmark = pytest.mark.django_db
TWO_HOURS = {"what": "resource:laser-1", "measure": "minutes", "amount": "2 h", "period": "day"}
SETTINGS = {
    "undo_minutes": "30 min", "offer_minutes": "15", "reminder_minutes": "0", "points_per_miss": "1",
    "points_halve_days": "14", "points_limit": "5", "outage_days": "10", "new_badges": "manager",
}  # fmt: skip


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_a_quota_is_kept_told_and_holds(charlie, alice, laser):
    manager = sign_in(charlie)
    manager.post("/manage/quotas/new/", TWO_HOURS | {"weekends": "on"})
    said = [plain(words) for _row, words in manager.get("/manage/quotas/").context["quotas"]]

    assert said == ["Each member: 2 h a day on laser-1"]
    found = objections(member=alice, resources=[laser], span=span(14, 17), now=NOW)
    assert [each.code for each in found] == ["quota"]


def test_a_quota_changes_goes_and_comes_back(charlie, laser):
    row = Quota.objects.create(resource=laser, most=120, period="day")
    manager = sign_in(charlie)
    manager.post(f"/manage/quotas/{row.pk}/", TWO_HOURS | {"what": "kind:machine", "amount": "3 h"})
    row.refresh_from_db()
    assert (row.resource, row.kind, row.most, row.weekends) == (None, "machine", 180, False)

    page = manager.post(f"/manage/quotas/{row.pk}/delete/", follow=True).content.decode()
    assert not Quota.objects.exists()
    manager.post("/manage/undo/" + page.split('action="/manage/undo/')[1].split('"')[0])
    assert Quota.objects.get().most == 180


def test_a_wrong_quota_loses_nothing(charlie, laser):
    answer = sign_in(charlie).post("/manage/quotas/new/", TWO_HOURS | {"amount": "a lot", "days": "30"})
    page = answer.content.decode()

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["amount"])
    assert 'value="a lot"' in page
    assert 'value="30"' in page
    assert "autofocus" in page


def test_settings_are_kept_and_told(charlie):
    manager = sign_in(charlie)
    answer = manager.post("/manage/policy/", SETTINGS, follow=True)
    policy = Policy.objects.get()

    assert (policy.undo_minutes, policy.offer_minutes, policy.reminder_minutes) == (30, 15, 0)
    assert policy.outage_days == 10
    assert (policy.points_per_miss, policy.points_halve_days, policy.points_limit) == (1, 14, 5)
    assert plain(str(next(iter(answer.context["messages"])))).startswith(
        "A change can be taken back for: 10 min → 30 min"
    )


@pytest.mark.parametrize(
    ("name", "value"), [("points_halve_days", "0"), ("offer_minutes", ""), ("undo_minutes", "x")]
)
def test_a_wrong_setting_keeps_the_old_ones(charlie, name, value):
    answer = sign_in(charlie).post("/manage/policy/", SETTINGS | {name: value})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [name])
    assert not Policy.objects.exists()


def test_what_rules_still_need_is_not_removed(charlie, laser):
    cohort = Programme.objects.create(slug="res", name="Résidence")
    tariff = Tariff.objects.create(slug="std", name="Standard")
    laser.programmes.add(cohort)
    laser.tariff = tariff
    laser.save()
    manager = sign_in(charlie)
    answers = [
        manager.post(f"/manage/{what}/delete/", follow=True) for what in ("programmes/res", "tariffs/std")
    ]

    assert {str(message) for answer in answers for message in answer.context["messages"]} == {
        "It is still needed by: laser-1. Change that first."
    }
    assert (Programme.objects.count(), Tariff.objects.count()) == (1, 1)
