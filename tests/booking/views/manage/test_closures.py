"""Closures: whom one falls on, and why the planning says that it is closed."""

from datetime import date, time, timedelta

import pytest

from booking.models import Booking
from booking.queries.wishes import objections
from lab.models import Closure, SpecialDay
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, span

pytestmark = pytest.mark.django_db
TOMORROW = {"starts_at": "2026-05-05T00:00", "ends_at": "2026-05-06T00:00", "reason": "Pont"}


def words(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def whys(client, day: str) -> list[str]:
    (_zone, (lane,)), *_ = client.get(f"/planning/?day={day}&hours=all").context["groups"]
    return [bar.why for bar in lane.bars if bar.look.startswith("closed")]


def test_a_closure_says_how_many_bookings_it_falls_on_and_leaves_them(charlie, alice, laser):
    kept = factories.booking(alice, laser, span(14, 16, day=1))
    factories.booking(alice, laser, span(14, 16, day=2))
    factories.booking(alice, laser, span(10, 12, day=1), standing=False, state="cancelled")
    answer = sign_in(charlie).post("/manage/closures/new/", TOMORROW, follow=True)

    assert words(answer) == ["Added: Pont. It falls on 1 booking."]
    assert [(row.reason, hits) for row, hits in answer.context["coming"]] == [("Pont", 1)]
    assert Booking.objects.get(pk=kept.pk).state == "booked"
    found = objections(member=alice, resources=[laser], span=span(17, 18, day=1), now=NOW)
    assert [each.code for each in found] == ["closed"]


def test_a_closure_of_one_space_falls_on_that_space_only(charlie, alice, laser):
    other = factories.zone("studio")
    factories.booking(alice, laser, span(14, 16, day=1))
    answer = sign_in(charlie).post("/manage/closures/new/", TOMORROW | {"zone": other.pk}, follow=True)

    assert words(answer) == ["Added: Pont."]


def test_a_closure_is_changed_removed_and_comes_back(charlie):
    row = Closure.objects.create(
        starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=2), reason="Pont"
    )
    manager = sign_in(charlie)
    manager.post(f"/manage/closures/{row.pk}/", TOMORROW | {"reason": "Grand pont"})
    row.refresh_from_db()
    assert (row.reason, row.starts_at) == ("Grand pont", factories.at(0, day=1))

    page = manager.post(f"/manage/closures/{row.pk}/delete/", follow=True).content.decode()
    assert not Closure.objects.exists()
    manager.post("/manage/undo/" + page.split('action="/manage/undo/')[1].split('"')[0])
    assert Closure.objects.get().reason == "Grand pont"


def test_a_closure_that_ends_before_it_starts_is_told_in_place(charlie):
    answer = sign_in(charlie).post("/manage/closures/new/", TOMORROW | {"ends_at": "2026-05-04T00:00"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["ends_at"])
    assert 'value="Pont"' in answer.content.decode()


def test_the_planning_says_why_it_is_closed(alice):
    zone = factories.zone("fablab", hours=(9, 20), holidays="FR")
    factories.resource(zone=zone)
    Closure.objects.create(
        starts_at=factories.at(14, day=1), ends_at=factories.at(16, day=1), reason="Inventaire", zone=zone
    )
    SpecialDay.objects.create(zone=zone, day=date(2026, 5, 6), opens=time(10), closes=time(12), reason="Pont")
    maker = sign_in(alice)

    assert whys(maker, "2026-05-05") == [
        "Closed 00:00–09:00.", "Closed 14:00–16:00: Inventaire.", "Closed 20:00–midnight.",
    ]  # fmt: skip
    assert whys(maker, "2026-05-06") == ["Closed 00:00–10:00: Pont.", "Closed 12:00–midnight: Pont."]
    assert whys(maker, "2026-05-08") == ["Closed 00:00–midnight: Victory Day."]
    assert "Victory Day" in maker.get("/planning/?day=2026-05-08").content.decode()


def test_what_keeps_no_hours_keeps_no_holiday_either(alice):
    factories.resource(zone=factories.zone("fablab", hours=(9, 20), holidays="FR"), always_open=True)

    assert whys(sign_in(alice), "2026-05-08") == []


def test_moments_that_a_form_says_again_are_no_change_and_there_is_a_way_back(charlie):
    manager = sign_in(charlie)
    manager.post("/manage/closures/new/", TOMORROW)
    row = Closure.objects.get()
    answer = manager.post(f"/manage/closures/{row.pk}/", TOMORROW | {"reason": "Grand pont"}, follow=True)

    assert words(answer)[-1] == "Reason: Pont → Grand pont."
    manager.post("/manage/undo/" + answer.content.decode().split('action="/manage/undo/')[1].split('"')[0])
    assert Closure.objects.get().reason == "Pont"


def test_whom_a_closure_hits_hears_of_it_at_once_and_the_message_leads_to_the_decision(charlie, alice, laser):
    factories.booking(alice, laser, span(14, 16, day=1))
    manager = sign_in(charlie)
    page = manager.post("/manage/closures/new/", TOMORROW, follow=True).content.decode()
    row = Closure.objects.get()

    assert f'href="/manage/hits/#closure-{row.pk}"' in page
    assert f'id="closure-{row.pk}"' in manager.get("/manage/hits/").content.decode()
    assert (
        f'href="/manage/hits/#closure-{row.pk}"'
        in manager.get(f"/manage/closures/{row.pk}/").content.decode()
    )
    assert alice.notices.filter(kind="outage").count() == 1

    manager.post(f"/manage/closures/{row.pk}/delete/")
    assert not alice.notices.filter(kind="outage").exists()
