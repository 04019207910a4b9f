"""One's own machine time, and a month of everybody's for managers: added up, drilled down, as a file."""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal

import pytest

from booking.actions.accounts import MAY_ENTER, begin_project, price_sessions, use_material
from booking.models import Booking, Material, MaterialUse, Project, UsageSession
from booking.privacy import erase, papers
from lab.models import Look, Programme, Tariff
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
MAY, BOOK = "/manage/accounts/?month=2026-05", "/book/"


@pytest.fixture
def plywood():
    return Material.objects.create(slug="plywood", name="Contreplaqué", unit="m²", price="12.50")


@pytest.fixture
def lamp(alice):
    return begin_project(name="Lampe", member=alice)


def ran(who, what, start, hours, **fields) -> UsageSession:
    return UsageSession.objects.create(
        resource=what, member=who, started_at=start, ended_at=start + timedelta(hours=hours), **fields
    )


@pytest.fixture
def cut(alice, laser, plywood):
    """An hour and a half on the laser at 4 credits, two thirds of it at work, with half a sheet."""
    laser.tariff = Tariff.objects.create(slug="std", name="Standard", credits_per_hour=4)
    laser.save()
    row = ran(alice, laser, at(8), 1.5, busy_seconds=3600.0, energy_wh=820.0)
    use_material(session=row, material=plywood, amount=Decimal("0.5"), by=alice, now=NOW)
    return row


def cells(answer) -> list[list[str]]:
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_month_adds_up_by_member_project_and_resource(charlie, alice, cut, laser):
    ran(None, laser, at(6), 1)
    shown = {by: sign_in(charlie).get(f"{MAY}&by={by}").context for by in ("member", "project", "resource")}

    assert [(line.key, label) for line, label in shown["member"]["lines"]] == [
        ("alice", "Alice Martin"),
        ("", "nobody known"),
    ]
    assert [label for _, label in shown["project"]["lines"]] == ["no project"]
    (only,) = (line.amounts for line, _ in shown["resource"]["lines"])
    assert only == shown["member"]["total"]
    assert (only.minutes, only.busy_minutes, only.energy_wh) == (150, 60, 820.0)
    assert (only.time_credits, only.material_credits) == (Decimal("10.00"), Decimal("6.25"))


def test_a_session_counts_in_each_month_by_its_part_on_the_lab_s_clock(charlie, alice, laser):
    ran(alice, laser, at(-24 * 3 - 1), 2, busy_seconds=7200.0)  # from 23:00 on 30 April

    april = sign_in(charlie).get("/manage/accounts/?month=2026-04").context["total"]
    may = sign_in(charlie).get(MAY).context["total"]

    assert (april.minutes, may.minutes, april.busy_minutes, may.busy_minutes) == (60, 60, 60, 60)


def test_one_looks_into_a_line_and_that_is_written_down(charlie, alice, cut):
    page = sign_in(charlie).get(f"{MAY}&by=member&key=alice")

    assert [one.session for one in page.context["entries"]] == [cut]
    assert Look.objects.get(about=alice).what == "sessions"


def test_the_file_says_the_same_with_dots_and_no_formulas(charlie, alice, cut):
    begun = begin_project(name='=HYPERLINK("http://x")', member=alice)
    UsageSession.objects.update(project=begun)

    rows = cells(sign_in(charlie).get("/manage/accounts/csv/?month=2026-05&by=project"))

    assert rows[0][:5] == ["project", "name", "sessions", "minutes", "busy_minutes"]
    assert rows[1][1:] == ['\'=HYPERLINK("http://x")', "1", "90", "60", "820.0", "6.00", "6.25", "12.25"]


def test_the_file_of_a_line_has_its_sessions(charlie, cut):
    rows = cells(sign_in(charlie).get("/manage/accounts/csv/?month=2026-05&by=resource&key=laser-1"))

    assert rows[1] == [
        str(cut.pk), "laser-1", "alice", "", "2026-05-04T08:00:00+02:00", "2026-05-04T09:30:00+02:00",
        "90", "60", "820.0", "6.00", "6.25", "12.25",
    ]  # fmt: skip


@pytest.mark.parametrize("month", ["", "2026-13", "x", "0001-01", "9999-12", "2026-05-04"])
def test_a_month_that_is_none_is_the_present_one(charlie, month):
    page = sign_in(charlie).get("/manage/accounts/", {"month": month})

    assert page.context["month"].start == at(-24 * 3)


def test_what_is_over_keeps_its_price(charlie, cut):
    price_sessions()
    Tariff.objects.update(credits_per_hour=100)
    Material.objects.update(price=100)
    price_sessions()

    assert sign_in(charlie).get(MAY).context["total"].credits == Decimal("12.25")


def test_one_s_own_months_and_sessions(alice, charlie, cut, laser):
    ran(charlie, laser, at(7), 0.5)
    page = sign_in(alice).get("/me/usage/")

    assert [one.session for one in page.context["entries"]] == [cut]
    assert [(month.start, sums.minutes) for month, sums in page.context["months"]] == [(at(-24 * 3), 90)]
    assert "0.5\xa0m² Contreplaqué" in page.content.decode()


def test_one_notes_material_and_takes_it_back(alice, laser, plywood):
    row, client = ran(alice, laser, at(8), 1), sign_in(alice)
    path = f"/sessions/{row.pk}/materials/"

    client.post(path, {"material": plywood.pk, "amount": "1.25"})
    made = MaterialUse.objects.get()
    assert (made.amount, made.price, made.credits, made.member) == (
        Decimal("1.25"),
        Decimal("12.50"),
        Decimal("15.63"),
        alice,
    )
    client.post(f"{path}{made.pk}/remove/")
    assert not MaterialUse.objects.exists()


@pytest.mark.parametrize("amount", ["", "0", "-1", "NaN", "1e99", "12345678901"])
def test_an_amount_that_is_none_is_refused(alice, laser, plywood, amount):
    row = ran(alice, laser, at(8), 1)

    answer = sign_in(alice).post(f"/sessions/{row.pk}/materials/", {"material": plywood.pk, "amount": amount})

    assert (answer.status_code, MaterialUse.objects.count()) == (422, 0)


def test_after_a_month_only_managers_note_something(alice, charlie, laser, plywood, clock):
    row = ran(alice, laser, at(8), 1)
    clock(row.ended_at + MAY_ENTER + timedelta(minutes=1))
    told = {"material": plywood.pk, "amount": "1"}

    assert sign_in(alice).post(f"/sessions/{row.pk}/materials/", told).status_code == 404
    assert sign_in(charlie).post(f"/sessions/{row.pk}/materials/", told).status_code == 302
    assert (MaterialUse.objects.get().member, MaterialUse.objects.get().entered_by) == (alice, charlie)


def test_somebody_else_s_session_is_not_there(laser, alice, cut):
    bob = sign_in(factories.member("bob"))

    assert bob.get(f"/sessions/{cut.pk}/").status_code == 404
    assert bob.post(f"/sessions/{cut.pk}/project/", {"project": ""}).status_code == 404


def test_a_session_is_charged_and_one_of_a_booking_with_its_booking(alice, charlie, laser, lamp):
    booked = factories.booking(alice, laser, span(8, 9))
    with_booking, without = ran(alice, laser, at(8), 1, booking=booked), ran(alice, laser, at(6), 1)
    for row in (with_booking, without):
        sign_in(alice).post(f"/sessions/{row.pk}/project/", {"project": "lampe"})

    booked.refresh_from_db()
    without.refresh_from_db()
    assert (booked.project, without.project) == (lamp, lamp)
    page = sign_in(charlie).get(f"{MAY}&by=project")
    assert [(label, line.amounts.sessions) for line, label in page.context["lines"]] == [("Lampe", 2)]


def test_the_project_of_a_booking_is_changed_on_its_page(alice, charlie, laser, lamp):
    booked = factories.booking(alice, laser, span(8, 9))
    path = f"/bookings/{booked.pk}/"
    assert f'action="{path}project/"' in sign_in(alice).get(path).content.decode()

    answer = sign_in(alice).post(f"{path}project/", {"project": "lampe"})

    booked.refresh_from_db()
    assert (answer.status_code, answer["Location"], booked.project) == (302, f"{path}#project", lamp)
    sign_in(charlie).post(f"{path}project/", {"project": ""})
    booked.refresh_from_db()
    assert booked.project is None


def test_a_booking_is_charged_by_its_member_for_a_month_and_never_when_called_off(
    alice, charlie, laser, lamp, clock
):
    begin_project(name="Theirs", member=factories.member("bob"))
    booked, off = factories.booking(alice, laser, span(8, 9)), factories.booking(alice, laser, span(9, 10))
    Booking.objects.filter(pk=off.pk).update(state=Booking.State.CANCELLED)

    def tried(who, booking, project="lampe"):
        return sign_in(who).post(f"/bookings/{booking.pk}/project/", {"project": project}).status_code

    assert (tried(alice, booked, "theirs"), tried(alice, off), tried(charlie, off)) == (422, 404, 404)
    assert tried(factories.member("mallory"), booked) == 404
    clock(booked.ends_at + MAY_ENTER + timedelta(minutes=1))
    assert (tried(alice, booked), tried(charlie, booked)) == (404, 302)


def test_nobody_charges_to_what_is_not_theirs(alice, laser):
    begin_project(name="Theirs", member=factories.member("bob"))
    row = ran(alice, laser, at(6), 1)

    answer = sign_in(alice).post(f"/sessions/{row.pk}/project/", {"project": "theirs"})

    assert answer.status_code == 422


def test_a_booking_is_charged_from_the_form_and_a_series_with_all_its_dates(alice, laser, lamp):
    wish = {"resource": "laser-1", "starts_at": "2026-05-05T09:00", "ends_at": "2026-05-05T10:00"}
    client = sign_in(alice)
    assert "Lampe" in client.get(BOOK).content.decode()

    client.post(BOOK, wish | {"project": "lampe"})

    assert Booking.objects.get().project == lamp


def test_a_form_without_projects_has_no_such_field(alice, laser):
    assert "project" not in sign_in(alice).get(BOOK).context["form"].fields


def test_a_programme_s_project_is_open_to_its_members_while_it_lasts(alice, charlie):
    cohort = Programme.objects.create(slug="res", name="Résidence")
    cohort.members.add(alice)
    sign_in(charlie).post("/manage/projects/", {"name": "Expo", "programme": cohort.pk})
    assert [one.name for one in sign_in(alice).get("/me/usage/").context["projects"]] == ["Expo"]

    sign_in(charlie).post("/manage/projects/expo/close/")

    assert list(sign_in(alice).get("/me/usage/").context["projects"]) == []


def test_one_begins_and_closes_projects_of_one_s_own(alice):
    client = sign_in(alice)
    client.post("/me/usage/", {"name": "Lampe"})
    client.post("/me/usage/", {"name": "Lampe"})
    assert sorted(Project.objects.values_list("slug", flat=True)) == ["lampe", "lampe-2"]

    client.post("/me/projects/lampe/close/")
    assert Project.objects.get(slug="lampe").closed_at == NOW
    assert sign_in(factories.member("bob")).post("/me/projects/lampe-2/close/").status_code == 404


def test_the_price_list_is_kept_and_what_is_used_stays(charlie, alice, cut):
    client = sign_in(charlie)
    client.post("/manage/materials/new/", {"name": "PLA", "unit": "g", "price": "0.03"})
    assert Material.objects.get(slug="pla").price == Decimal("0.03")

    client.post("/manage/materials/pla/delete/")
    client.post("/manage/materials/plywood/delete/")
    assert list(Material.objects.values_list("slug", flat=True)) == ["plywood"]
    refused = client.post("/manage/materials/new/", {"name": "X", "unit": "g", "price": "-1"})
    assert refused.status_code == 422


def test_all_of_it_is_told_and_erased(alice, charlie, cut, lamp):
    told = papers(alice, now=NOW)
    assert (len(told["booking.MaterialUse"]), told["booking.Project"][0]["name"]) == (1, "Lampe")
    json.dumps(told)

    erase(member=alice, by=charlie, now=NOW)

    assert (Project.objects.count(), MaterialUse.objects.count()) == (0, 1)
