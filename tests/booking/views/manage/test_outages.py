"""Outages before managers: declared, changed, ended; reports answered; bookings counted."""

import pytest

from booking.actions import faults
from booking.models import FaultReport, Notice
from lab.models import Outage
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
NEW = "/manage/outages/new/?resource=laser-1"
TOMORROW = {"starts_at": "2026-05-05T09:00", "ends_at": "2026-05-05T18:00", "reason": "Maintenance"}


@pytest.fixture
def report(alice, laser):
    return faults.report(resource=laser, member=alice, text="It smokes", now=NOW)


def words(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_an_outage_is_declared_now_with_an_unknown_end_and_says_whom_it_hits(charlie, alice, laser):
    factories.booking(alice, laser, span(14, 16))
    answer = sign_in(charlie).post(NEW, {"reason": "Lens cracked"}, follow=True)

    assert words(answer) == ["Added: laser-1 · Lens cracked. It falls on 1 booking."]
    (row,) = Outage.objects.all()
    assert (row.resource, row.starts_at, row.ends_at, row.reason) == (laser, NOW, None, "Lens cracked")
    assert [(one.pk, one.undecided) for one in answer.context["running"]] == [(row.pk, 1)]


def test_what_is_out_of_order_may_be_chosen(charlie, laser):
    form = sign_in(charlie).get("/manage/outages/new/").context["form"]
    assert "resource" in form.fields

    sign_in(charlie).post("/manage/outages/new/", TOMORROW | {"resource": laser.pk})
    assert Outage.objects.get().starts_at == at(9, day=1)


def test_a_report_is_ticked_and_answered_with_the_outage(charlie, alice, laser, report):
    bob = factories.member("bob")
    other = faults.report(resource=laser, member=bob, text="The door is loose", now=NOW)
    manager, path = sign_in(charlie), f"{NEW}&report={report.pk}&next=/resources/laser-1/"
    page = manager.get(path).content.decode()
    assert (f'value="{report.pk}" id="id_reports_0" checked' in page, "It smokes" in page) == (True, True)

    answer = manager.post(path, {"reason": "Tube HS", "reports": [report.pk]})
    assert answer["Location"] == "/resources/laser-1/"
    report.refresh_from_db()
    other.refresh_from_db()
    assert (report.outage, other.decided_at) == (Outage.objects.get(), None)
    assert Notice.objects.get(member=alice, kind="fault").data["reason"] == "Tube HS"


def test_one_does_not_leave_the_site_afterwards(charlie, laser):
    answer = sign_in(charlie).post(f"{NEW}&next=https://example.org/", {"reason": "HS"})

    assert answer["Location"] == "/manage/outages/"


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"reason": ""}, ["reason"]),
        ({"reason": "HS", "ends_at": "2026-05-04T09:00"}, ["ends_at"]),
        ({"reason": "HS", "starts_at": "2026-05-05T09:00", "ends_at": "2026-05-05T09:00"}, ["ends_at"]),
        ({"reason": "HS", "ends_at": "tomorrow"}, ["ends_at"]),
        ({"reason": "HS", "reports": ["4711"]}, ["reports"]),
    ],
)
def test_what_cannot_be_is_told_in_place(charlie, laser, report, asked, wrong):
    answer = sign_in(charlie).post(NEW, asked)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, wrong)
    assert not Outage.objects.exists()


def test_pressed_twice_it_is_declared_once(charlie, laser):
    manager = sign_in(charlie)
    manager.post(NEW, {"reason": "Lens cracked"})
    answer = manager.post(NEW, {"reason": "Lens cracked"})

    assert answer.status_code == 422
    assert "out of order then already: Lens cracked (today 10:00, end not known)" in answer.content.decode()
    assert Outage.objects.count() == 1


def test_an_outage_lasts_longer_and_may_be_taken_back(charlie, laser):
    row = Outage.objects.create(resource=laser, starts_at=at(9), ends_at=at(12), reason="Lens")
    manager, path = sign_in(charlie), f"/manage/outages/{row.pk}/"
    longer = {"starts_at": "2026-05-04T09:00", "ends_at": "", "reason": "Lens"}
    page = manager.post(path, longer, follow=True).content.decode()
    row.refresh_from_db()
    assert row.ends_at is None

    manager.post("/manage/undo/" + page.split('action="/manage/undo/')[1].split('"')[0])
    row.refresh_from_db()
    assert row.ends_at == at(12)


def test_it_may_not_reach_into_the_next_one(charlie, laser):
    row = Outage.objects.create(resource=laser, starts_at=at(9), ends_at=at(12), reason="Lens")
    Outage.objects.create(resource=laser, starts_at=at(14), reason="Maintenance")
    asked = {"starts_at": "2026-05-04T09:00", "ends_at": "2026-05-04T15:00", "reason": "Lens"}
    answer = sign_in(charlie).post(f"/manage/outages/{row.pk}/", asked)

    assert (answer.status_code, Outage.objects.get(pk=row.pk).ends_at) == (422, at(12))


def test_a_planned_one_is_forgotten(charlie, laser):
    row = Outage.objects.create(resource=laser, starts_at=at(9, day=1), reason="Maintenance")
    answer = sign_in(charlie).post(f"/manage/outages/{row.pk}/end/", follow=True)

    assert (words(answer), Outage.objects.count()) == (["laser-1 stays in service."], 0)


def test_a_report_is_answered_with_a_word_once(charlie, alice, laser, report):
    manager, path = sign_in(charlie), f"/manage/faults/{report.pk}/dismiss/"
    assert words(manager.post(path, {"answer": " The\0 key was off. "}, follow=True)) == [
        "Answered: laser-1 stays in service."
    ]
    again = sign_in(charlie).post(
        path, {"answer": "No."}, headers={"referer": "http://testserver/dashboard/"}, follow=True
    )
    assert words(again) == ["Another manager has answered it already."]

    (notice,) = Notice.objects.filter(member=alice, kind="fault")
    assert notice.data["reason"] == "The key was off."


def test_a_report_about_what_is_down_already_joins_it(charlie, laser, report):
    row = Outage.objects.create(resource=laser, starts_at=at(9), reason="Lens")
    sign_in(charlie).post(f"/manage/faults/{report.pk}/confirm/")

    report.refresh_from_db()
    assert report.outage == row


def test_where_nothing_is_down_the_manager_declares_it(charlie, laser, report):
    answer = sign_in(charlie).post(f"/manage/faults/{report.pk}/confirm/")

    assert answer["Location"] == f"{NEW}&report={report.pk}"
    assert FaultReport.objects.get().decided_at is None


def test_the_list_shows_reports_and_what_runs_comes_and_was(charlie, laser, report):
    cnc, saw = factories.resource("cnc"), factories.resource("saw")
    runs = Outage.objects.create(resource=laser, starts_at=at(9), reason="Lens")
    comes = Outage.objects.create(resource=cnc, starts_at=at(9, day=1), reason="Maintenance")
    was = Outage.objects.create(resource=saw, starts_at=at(8), ends_at=at(9), reason="Blade")
    told = sign_in(charlie).get("/manage/outages/").context

    assert [list(told[name]) for name in ("reports", "running", "planned", "past")] == [
        [report], [runs], [comes], [was],
    ]  # fmt: skip


def test_what_members_report_is_counted_on_the_board(charlie, report):
    assert "1 fault report to answer" in sign_in(charlie).get("/dashboard/").content.decode()
