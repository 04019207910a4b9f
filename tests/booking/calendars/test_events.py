"""Calendars as a program reads them: every text comes back, every moment is the same, no line is too long."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from booking.calendars.events import CANCELLED, Event, calendar_text
from booking.calendars.invitations import Person, invitation
from booking.calendars.lines import UNSPEAKABLE
from lab.spans import Span

PARIS = ZoneInfo("Europe/Paris")
CHANGED = datetime(2026, 5, 4, 8, tzinfo=UTC)
SPAN = Span(datetime(2026, 5, 4, 14, tzinfo=PARIS), datetime(2026, 5, 4, 16, tzinfo=PARIS))
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def event(**fields) -> Event:
    defaults = {"uid": "booking-1@lab", "span": SPAN, "summary": "Laser", "changed_at": CHANGED}
    return Event(**(defaults | fields))


def read(events: list[Event], **told) -> Calendar:
    return Calendar.from_ical(calendar_text(events, zone=PARIS, **told))


def spoken(text: str) -> str:
    """What of a text a calendar can say."""
    return text.replace("\r\n", "\n").replace("\t", " ").translate(UNSPEAKABLE)


@given(WORDS, WORDS, WORDS)
def test_every_text_comes_back(summary, description, location):
    (found,) = read([event(summary=summary, description=description, location=location)]).events

    assert [str(found.get(name, "")) for name in ("SUMMARY", "DESCRIPTION", "LOCATION")] == [
        spoken(summary),
        spoken(description),
        spoken(location),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Boîte, en bois; 3 mm",
        "une ligne\nune autre",
        "back\\slash \\n \\, \\;",
        "BEGIN:VEVENT\r\nUID:another@lab",
        "👩‍🔬 " * 40,
        "é" * 100,
        ":;=\"'",
    ],
)
def test_texts_that_parsers_trip_over(text):
    found = read([event(summary=text)])

    assert [str(one["SUMMARY"]) for one in found.events] == [spoken(text)]


@given(WORDS, WORDS)
def test_no_line_is_longer_than_75_octets_and_none_ends_wrong(summary, name):
    text = calendar_text([event(summary=summary)], zone=PARIS, name=name)

    assert max(map(len, text.split(b"\r\n"))) <= 75
    assert text.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert [line.decode() for line in text.split(b"\r\n")]  # no character is cut in two


SOME_TIME = st.datetimes(
    datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC), allow_imaginary=False
).map(lambda moment: moment.replace(microsecond=0))


@given(SOME_TIME, st.integers(1, 3 * 24 * 60))
def test_every_moment_comes_back(start, minutes):
    span = Span(start, start + timedelta(minutes=minutes))
    (found,) = read([event(span=span)]).events

    assert (found.start.astimezone(UTC), found.end.astimezone(UTC)) == (span.start, span.end)


@pytest.mark.parametrize(
    ("start", "shown"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "DTSTART;TZID=Europe/Paris:20261025T023000"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "DTSTART:20261025T013000Z"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=UTC), "DTSTART;TZID=Europe/Paris:20261025T033000"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "DTSTART;TZID=Europe/Paris:20260329T030000"),
    ],
)
def test_the_hour_that_comes_twice_is_told_apart(start, shown):
    text = calendar_text([event(span=Span(start, start + timedelta(hours=1)))], zone=PARIS).decode()

    assert shown in text.split("\r\n")


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 6, 1)])
def test_a_calendar_shows_a_day_when_the_clocks_change_as_the_lab_does(day):
    hours = [datetime(day.year, day.month, day.day, hour, tzinfo=PARIS) for hour in (1, 5, 14)]
    rows = [event(uid=f"{n}@lab", span=Span(at, at + timedelta(hours=1))) for n, at in enumerate(hours)]
    shown = recurring_ical_events.of(read(rows)).at(day)

    assert sorted(one.start.astimezone(UTC) for one in shown) == [at.astimezone(UTC) for at in hours]


def test_what_a_client_needs_to_follow_is_there():
    calendar = read([event(sequence=3, url="https://lab.example.org/bookings/1/")], name="Mes réservations")
    (found,) = calendar.events

    assert (str(found["UID"]), found["SEQUENCE"], str(found["STATUS"])) == ("booking-1@lab", 3, "CONFIRMED")
    assert (found["LAST-MODIFIED"].dt, found["DTSTAMP"].dt) == (CHANGED, CHANGED)
    assert str(found["URL"]) == "https://lab.example.org/bookings/1/"
    assert (str(calendar["X-WR-CALNAME"]), str(calendar["VERSION"])) == ("Mes réservations", "2.0")
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(minutes=30)
    assert calendar.errors == found.errors == []


@pytest.mark.parametrize(
    ("fields", "shown"),
    [({}, "OPAQUE"), ({"busy": False}, "TRANSPARENT"), ({"status": CANCELLED}, "TRANSPARENT")],
)
def test_only_ones_own_standing_time_counts_as_taken(fields, shown):
    assert str(read([event(**fields)]).events[0]["TRANSP"]) == shown


def test_a_closure_of_whole_days_is_shown_as_days():
    span = Span(datetime(2026, 12, 24, tzinfo=PARIS), datetime(2027, 1, 2, tzinfo=PARIS))
    (found,) = read([event(span=span, busy=False)]).events

    assert (found.start, found.end) == (date(2026, 12, 24), date(2027, 1, 2))


def test_an_empty_calendar_is_one():
    assert (len(read([], name="x").events), read([], name="x").errors) == (0, [])


@given(WORDS.filter(str.strip))
def test_an_invitation_names_both_whatever_they_are_called(name):
    text = invitation(
        event(),
        method="REQUEST",
        by=Person("Établi", "lab@example.org"),
        to=Person(name, "alice@example.org"),
        zone=PARIS,
        now=CHANGED,
    )
    (found,) = Calendar.from_ical(text).events

    assert (str(found["ORGANIZER"]), str(found["ATTENDEE"])) == (
        "mailto:lab@example.org",
        "mailto:alice@example.org",
    )
    assert found.errors == []


def test_a_cancelled_invitation_says_so():
    text = invitation(
        event(sequence=2), method="CANCEL", by=Person("É", "lab@x.org"), to=Person("A", "a@x.org"),
        zone=PARIS, now=CHANGED + timedelta(hours=1),
    )  # fmt: skip
    calendar = Calendar.from_ical(text)

    assert str(calendar["METHOD"]) == "CANCEL"
    assert (str(calendar.events[0]["STATUS"]), calendar.events[0]["DTSTAMP"].dt) == (
        "CANCELLED",
        CHANGED + timedelta(hours=1),
    )
