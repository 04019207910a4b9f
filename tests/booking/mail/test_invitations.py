"""Letters bring bookings into calendars, change them there, take them away: read back as a calendar would."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from booking import actions
from booking.actions.series import book_series, cancel_series
from booking.mail.letters import MOST_INVITATIONS
from booking.mail.post import deliver
from booking.models import Origin
from tests import factories
from tests.factories import NOW, PARIS, at, span

pytestmark = pytest.mark.django_db


def calendars(letter) -> list[Calendar]:
    parts = [one for one in letter.walk() if one.get_content_type() == "text/calendar"]
    for one in parts:
        told = one.get_param("method")
        assert told is None or str(Calendar.from_ical(one.get_content())["METHOD"]) == told
    return [Calendar.from_ical(one.get_content()) for one in parts]


def facts(calendar: Calendar) -> tuple[str, str, int, str]:
    (event,) = calendar.events
    return str(calendar["METHOD"]), str(event["STATUS"]), int(event["SEQUENCE"]), str(event["UID"])


@pytest.fixture
def mail(post, alice):
    """Let the hours pass, mail what is due and give the newest letter."""
    clock = [NOW]

    def leave(member=alice):
        clock[0] += timedelta(minutes=10)
        return post.letters[-1] if deliver(member.pk, now=clock[0]) else None

    return leave


def test_a_confirmation_invites(mail, booking):
    (calendar,) = calendars(mail())
    (event,) = calendar.events

    assert facts(calendar) == ("REQUEST", "CONFIRMED", 0, f"booking-{booking.pk}@{Origin.current()}")
    assert (event.start, event.end) == (at(14), at(16))
    assert event["DTSTART"].params["TZID"] == "Europe/Paris"
    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"]), str(event["LOCATION"])) == (
        "Laser cutter",
        "Lampe",
        "Fablab",
    )
    assert (str(event["ORGANIZER"]), str(event["ATTENDEE"])) == (
        "mailto:lab@example.org",
        "mailto:alice@example.org",
    )
    assert event["ATTENDEE"].params["CN"] == "Alice Martin"
    assert event["DTSTAMP"].dt == NOW


def test_ones_own_changes_follow_as_later_versions_of_the_same_event(mail, alice, booking):
    first = facts(calendars(mail())[0])
    actions.move(booking=booking, span=span(15, 17), by=alice, now=NOW)
    moved = calendars(mail())[0]
    actions.cancel(booking=booking, by=alice, now=NOW)
    cancelled = calendars(mail())[0]
    actions.undo(booking=booking, by=alice, now=NOW)
    again = calendars(mail())[0]

    assert [facts(one)[:3] for one in (moved, cancelled, again)] == [
        ("REQUEST", "CONFIRMED", 1),
        ("CANCEL", "CANCELLED", 2),
        ("REQUEST", "CONFIRMED", 3),
    ]
    assert {facts(one)[3] for one in (moved, cancelled, again)} == {first[3]}
    assert moved.events[0].start.astimezone(PARIS) == at(15)


def test_what_was_never_in_a_calendar_is_not_taken_out_of_it(mail, alice, charlie, booking):
    actions.cancel(booking=booking, by=charlie, now=NOW)

    assert calendars(mail()) == []


def test_a_booking_handed_over_moves_from_one_calendar_to_the_other(mail, alice, booking):
    bob = factories.member("bob", language="en")
    mail()
    actions.hand_over(booking=booking, to=bob, by=alice, now=NOW)

    assert [facts(calendars(mail(one))[0])[:3] for one in (alice, bob)] == [
        ("CANCEL", "CANCELLED", 1),
        ("REQUEST", "CONFIRMED", 1),
    ]


def test_a_request_is_no_invitation_until_it_is_approved(mail, alice, charlie):
    studio = factories.resource("studio", approval=True)
    asked = actions.book(member=alice, by=alice, resources=[studio], span=span(14, 16), now=NOW)
    before = mail()
    actions.approve(booking=asked, by=charlie, now=NOW)

    assert (calendars(before), facts(calendars(mail())[0])[:2]) == ([], ("REQUEST", "CONFIRMED"))


def test_two_bookings_of_a_digest_come_as_two_invitations(mail, alice, laser, booking):
    actions.book(member=alice, by=alice, resources=[laser], span=span(17, 18), now=NOW)

    assert [facts(one)[0] for one in calendars(mail())] == ["REQUEST", "REQUEST"]


def test_many_bookings_come_as_one_file(mail, alice, laser, booking):
    for hour in range(MOST_INVITATIONS):
        actions.book(
            member=alice, by=alice, resources=[laser], span=span(17 + hour / 2, 17.5 + hour / 2), now=NOW
        )
    (calendar,) = calendars(mail())

    assert (str(calendar["METHOD"]), len(calendar.events)) == ("PUBLISH", MOST_INVITATIONS + 1)


def series(alice, laser, times: int):
    return book_series(
        member=alice,
        by=alice,
        resources=[laser],
        span=span(14, 16),
        rule=f"FREQ=WEEKLY;COUNT={times}",
        now=NOW,
    )


def test_a_short_series_invites_to_each_of_its_dates(mail, alice, laser):
    made = series(alice, laser, 3)

    letter = mail()

    assert [facts(one)[0] for one in calendars(letter)] == ["REQUEST"] * 3
    uids = [f"booking-{row.pk}@{Origin.current()}" for row in made.bookings.all()]
    assert [facts(one)[3] for one in calendars(letter)] == uids
    assert letter["Subject"].endswith("and 2 more dates until Monday 18 May")


def test_a_long_series_comes_as_one_file(mail, alice, laser):
    series(alice, laser, MOST_INVITATIONS + 4)

    (calendar,) = calendars(mail())

    assert (str(calendar["METHOD"]), len(calendar.events)) == ("PUBLISH", MOST_INVITATIONS + 4)


def test_one_date_that_is_cancelled_leaves_the_calendar_that_its_series_entered(mail, alice, laser):
    made = series(alice, laser, 3)
    mail()
    last = made.bookings.last()
    actions.cancel(booking=last, by=alice, now=NOW)

    (calendar,) = calendars(mail())

    assert facts(calendar) == ("CANCEL", "CANCELLED", 1, f"booking-{last.pk}@{Origin.current()}")


def test_a_cancelled_series_leaves_the_calendar(mail, alice, charlie, laser):
    made = series(alice, laser, 2)
    mail()
    cancel_series(series=made, by=charlie, now=NOW)

    assert [facts(one)[:3] for one in calendars(mail())] == [("CANCEL", "CANCELLED", 1)] * 2
