"""A series' own page, and what is done from a booking with this, the following, or all."""

import pytest

from booking.actions.series import book_series
from booking.models import Booking, Series
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def series(alice, laser):
    """Three Mondays at two, the second left out."""
    return book_series(
        member=alice,
        by=alice,
        resources=[laser],
        span=span(14, 15),
        rule="FREQ=WEEKLY;COUNT=4",
        now=NOW,
        resolve={at(14, day=7): None},
    )


@pytest.fixture
def second(series):
    return series.bookings.get(occurs_at=at(14, day=14))


def spans(series: Series):
    return [row.span for row in series.bookings.order_by("occurs_at")]


def change(scope: str, start: str, end: str, **more) -> dict[str, object]:
    told = {"resource": "laser-1", "starts_at": start, "ends_at": end, "purpose": "", "scope": scope}
    return told | more


def test_the_page_tells_every_date(alice, series, second):
    Booking.objects.filter(pk=second.pk).update(state="cancelled")
    page = sign_in(alice).get(f"/series/{series.pk}/").content.decode()

    assert "Every Monday, 2 times, until Monday 25 May 2026." in page
    assert page.count('data-state="booked"') == 2
    assert page.count('data-state="cancelled"') == 1
    assert page.count("Left out") == 1
    assert "Cancel the 2 to come" in page


def test_a_series_is_there_for_its_member_and_managers_only(alice, charlie, series):
    assert sign_in(factories.member("bob")).get(f"/series/{series.pk}/").status_code == 404
    assert sign_in(charlie).get(f"/series/{series.pk}/").status_code == 200
    assert sign_in(alice).get("/series/99/").status_code == 404
    assert sign_in(alice).get(f"/series/{2**70}/").status_code == 404


def test_a_stranger_signs_in_first(client, series):
    assert client.get(f"/series/{series.pk}/").status_code == 302


def test_a_booking_says_that_it_is_one_of_a_series(alice, second):
    page = sign_in(alice).get(f"/bookings/{second.pk}/").content.decode()

    assert "Every Monday, 3 times, until Monday 25 May 2026." in page
    assert f'href="/bookings/{second.pk}/change/?scope=following"' in page
    assert f'<input type="hidden" name="from" value="{at(14, day=14).isoformat()}">' in page


def test_a_booking_by_itself_says_nothing_of_series(alice, laser):
    alone = factories.booking(alice, laser, span(9, 10, day=1))
    client = sign_in(alice)

    assert "series" not in client.get(f"/bookings/{alone.pk}/").content.decode()
    assert 'name="scope"' not in client.get(f"/bookings/{alone.pk}/change/").content.decode()


def test_only_this_date_changes(alice, series, second):
    told = change("this", "2026-05-18T09:00", "2026-05-18T10:00")

    sign_in(alice).post(f"/bookings/{second.pk}/change/", told)

    assert spans(series) == [span(14, 15), span(9, 10, day=14), span(14, 15, day=21)]


def test_this_and_the_following_change(alice, series, second):
    told = change("following", "2026-05-18T09:00", "2026-05-18T10:00")

    answer = sign_in(alice).post(f"/bookings/{second.pk}/change/", told, follow=True)

    second.refresh_from_db()
    assert spans(series) == [span(14, 15)]
    assert spans(second.series) == [span(9, 10, day=14), span(9, 10, day=21)]
    assert "Changed: every Monday, 2 times, until Monday 25 May 2026." in answer.content.decode()


def test_all_that_is_to_come_changes_with_any_of_its_dates(alice, series, second):
    told = change("all", "2026-05-19T09:00", "2026-05-19T10:00", purpose="Cours")

    sign_in(alice).post(f"/bookings/{second.pk}/change/", told)

    series.refresh_from_db()
    assert spans(series) == [span(9, 10, day=day) for day in (1, 15, 22)]
    assert set(series.bookings.values_list("purpose", flat=True)) == {"Cours"}


def test_a_change_that_conflicts_is_decided_date_by_date(alice, laser, series, second):
    factories.booking(factories.member("bob"), laser, span(17, 18, day=21))
    client, told = sign_in(alice), change("all", "2026-05-18T17:00", "2026-05-18T18:00")

    refused = client.post(f"/bookings/{second.pk}/change/", told)
    page = refused.content.decode()

    assert refused.status_code == 422
    assert "Leave it as it is" in page
    assert spans(series) == [span(14, 15), span(14, 15, day=14), span(14, 15, day=21)]
    kept = {"resolve": ["2026-05-25T14:00:00+02:00|skip"]}
    assert client.post(f"/bookings/{second.pk}/change/", told | kept).status_code == 302
    assert spans(series) == [span(17, 18), span(17, 18, day=14), span(14, 15, day=21)]


def test_days_that_no_rule_names_are_said_in_words(alice, laser):
    monthly = book_series(
        member=alice,
        by=alice,
        resources=[laser],
        span=span(14, 15),
        rule="FREQ=MONTHLY;BYDAY=1MO;COUNT=5",
        now=NOW,
    )
    told = change("all", "2026-05-05T14:00", "2026-05-05T15:00")

    answer = sign_in(alice).post(f"/bookings/{monthly.bookings.first().pk}/change/", told)

    assert answer.status_code == 422
    assert "These days cannot be moved together" in answer.content.decode()


def test_what_follows_is_cancelled(alice, series, second):
    told = {"from": at(14, day=14).isoformat()}

    page = sign_in(alice).post(f"/series/{series.pk}/cancel/", told, follow=True).content.decode()

    assert "2 bookings cancelled." in page
    assert [row.state for row in series.bookings.order_by("occurs_at")] == [
        "booked",
        "cancelled",
        "cancelled",
    ]


def test_all_of_it_is_cancelled(alice, series):
    sign_in(alice).post(f"/series/{series.pk}/cancel/")

    assert set(series.bookings.values_list("state", flat=True)) == {"cancelled"}


@pytest.mark.parametrize("since", ["nonsense", "2026-05-11T14:00:00+02:00", "2026-05-18T14:00:00"])
def test_a_date_that_is_not_there_cancels_nothing_else(alice, series, since):
    sign_in(alice).post(f"/series/{series.pk}/cancel/", {"from": since})

    states = set(series.bookings.values_list("state", flat=True))
    assert states == {"booked"}


def test_too_late_for_one_is_said_and_cancels_none(alice, laser, series, clock):
    laser.cancel_minutes = 24 * 60
    laser.save()
    clock(at(13, day=14))
    Booking.objects.update(created_at=NOW)

    page = sign_in(alice).post(f"/series/{series.pk}/cancel/", follow=True).content.decode()

    assert "Nothing was cancelled: it is too late for today." in page


def test_a_manager_decides_on_all_requests_of_a_series(charlie, alice):
    asked = factories.resource("mill", approval=True)
    series = book_series(
        member=alice, by=alice, resources=[asked], span=span(14, 15), rule="FREQ=WEEKLY;COUNT=3", now=NOW
    )
    factories.booking(factories.member("bob"), asked, span(14, 15, day=7))
    client = sign_in(charlie)

    page = client.post(f"/series/{series.pk}/approve/", follow=True).content.decode()

    assert "2 approved." in page
    assert "1 could not be: somebody has its time." in page
    client.post(f"/series/{series.pk}/decline/", {"reason": "Pris"})
    assert [row.state for row in series.bookings.order_by("occurs_at")] == ["booked", "declined", "booked"]


def test_makers_decide_nothing(alice, series):
    assert sign_in(alice).post(f"/series/{series.pk}/approve/").status_code in {302, 403}
    assert sign_in(alice).post(f"/series/{series.pk}/decline/").status_code in {302, 403}
