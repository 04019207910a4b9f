"""Calendar files of others: every kind of time is read, every repetition ends, every bad file says why."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from booking.calendars.reading import AHEAD, LARGEST, MOST, BadFile, base_uid, read_closures
from lab.spans import Span

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 5, 4, 10, tzinfo=PARIS)
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//tests//tests//EN\r\n"


def event(*lines: str, uid: str = "1@school") -> str:
    told = [f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines]
    return "\r\n".join(["BEGIN:VEVENT", *told, "END:VEVENT"]) + "\r\n"


def file(*events: str) -> bytes:
    return (HEAD + "".join(events) + "END:VCALENDAR\r\n").encode()


def read(*events: str):
    return read_closures(file(*events), zone=PARIS, now=NOW)


def spans(*events: str) -> list[Span]:
    return [one.span for one in read(*events).found]


def days(first: date, last: date) -> Span:
    """Whole days, the last one not included."""
    return Span(*(datetime.combine(day, time(0), PARIS) for day in (first, last)))


def hours(start: str, end: str, zone=PARIS) -> Span:
    return Span(*(datetime.fromisoformat(at).replace(tzinfo=zone) for at in (start, end)))


TIMES = [
    (
        ("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20270102"),
        days(date(2026, 12, 24), date(2027, 1, 2)),
    ),
    (("DTSTART;VALUE=DATE:20261224",), days(date(2026, 12, 24), date(2026, 12, 25))),
    (("DTSTART;VALUE=DATE:20261224", "DURATION:P3D"), days(date(2026, 12, 24), date(2026, 12, 27))),
    (
        ("DTSTART;TZID=Europe/Paris:20261025T000000", "DTEND;TZID=Europe/Paris:20261026T000000"),
        days(date(2026, 10, 25), date(2026, 10, 26)),
    ),
    (
        ("DTSTART:20260601T080000Z", "DTEND:20260601T100000Z"),
        hours("2026-06-01T08:00", "2026-06-01T10:00", UTC),
    ),
    (("DTSTART:20260601T080000", "DTEND:20260601T100000"), hours("2026-06-01T08:00", "2026-06-01T10:00")),
    (("DTSTART:20260601T080000", "DURATION:PT90M"), hours("2026-06-01T08:00", "2026-06-01T09:30")),
    (
        ("DTSTART;TZID=America/New_York:20260601T080000", "DURATION:PT1H"),
        hours("2026-06-01T08:00", "2026-06-01T09:00", ZoneInfo("America/New_York")),
    ),
    (
        ("DTSTART;TZID=Romance Standard Time:20260601T080000", "DURATION:PT1H"),
        hours("2026-06-01T08:00", "2026-06-01T09:00"),
    ),
]


@pytest.mark.parametrize(("lines", "span"), TIMES)
def test_every_kind_of_time_is_understood(lines, span):
    assert spans(event(*lines)) == [span]


def test_a_zone_that_the_file_brings_along_is_followed():
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:School\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        "TZOFFSETFROM:+0500\r\nTZOFFSETTO:+0500\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    told = event("DTSTART;TZID=School:20260601T120000", "DURATION:PT1H")

    assert spans(zone, told) == [hours("2026-06-01T07:00", "2026-06-01T08:00", UTC)]


WEEKLY = ("DTSTART;VALUE=DATE:20260505", "RRULE:FREQ=WEEKLY;COUNT=4")
TUESDAYS = [
    days(date(2026, 5, 5) + timedelta(weeks=n), date(2026, 5, 6) + timedelta(weeks=n)) for n in range(4)
]


def test_a_repetition_is_each_of_its_days():
    found = read(event(*WEEKLY)).found

    assert [one.span for one in found] == TUESDAYS
    assert found[0].uid == "1@school @20260504T220000Z"
    assert {base_uid(one.uid) for one in found} == {"1@school"}


@pytest.mark.parametrize("left_out", ["EXDATE;VALUE=DATE:20260512", "EXDATE;VALUE=DATE:20260512,20300101"])
def test_days_that_are_left_out_are(left_out):
    assert spans(event(*WEEKLY, left_out)) == [TUESDAYS[0], *TUESDAYS[2:]]


def test_days_that_are_named_beside_the_rule_count():
    assert spans(event("DTSTART;VALUE=DATE:20260505", "RDATE;VALUE=DATE:20260512,20260519")) == TUESDAYS[:3]


def test_one_that_was_moved_stands_where_it_was_moved_to():
    moved = event("RECURRENCE-ID;VALUE=DATE:20260512", "DTSTART;VALUE=DATE:20260513", "SUMMARY:moved")
    found = read(event(*WEEKLY), moved).found

    assert [one.span for one in found] == [
        TUESDAYS[0],
        days(date(2026, 5, 13), date(2026, 5, 14)),
        *TUESDAYS[2:],
    ]
    assert found[1].uid == "1@school @20260511T220000Z"


def test_hours_stay_on_the_clock_when_it_changes():
    told = event("DTSTART;TZID=Europe/Paris:20261024T090000", "DURATION:PT2H", "RRULE:FREQ=DAILY;COUNT=2")

    assert spans(told) == [
        hours("2026-10-24T09:00", "2026-10-24T11:00"),
        hours("2026-10-25T09:00", "2026-10-25T11:00"),
    ]


RULES = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(20, 90)),
    st.builds(
        "FREQ=WEEKLY;INTERVAL={};BYDAY={}".format, st.integers(4, 9), st.sampled_from(["MO", "TU,SA", "SU"])
    ),
    st.builds("FREQ=MONTHLY;BYMONTHDAY={}".format, st.sampled_from([1, 15, 29, 31, -1])),
    st.builds("FREQ=MONTHLY;BYDAY={}".format, st.sampled_from(["1MO", "-1FR", "5WE"])),
    st.builds("FREQ=YEARLY;BYMONTH={};BYDAY={}".format, st.integers(1, 12), st.sampled_from(["1SU", "-1SU"])),
)
ENDS = st.sampled_from(["", ";COUNT=3", ";COUNT=40", ";UNTIL=20270301T000000Z"])
STARTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)).map(
    lambda at: at.replace(minute=0, second=0, microsecond=0)
)


@settings(max_examples=40)
@given(STARTS.filter(lambda at: at.hour > 4), RULES, ENDS, st.integers(1, 30))
def test_repetitions_are_those_that_another_reader_finds(start, rule, end, length):
    """Starts that their own rule doesn't name are left to taste, so the rule is asked first."""
    told = event(
        f"DTSTART;TZID=Europe/Paris:{start:%Y%m%dT%H%M%S}", f"DURATION:PT{length}H", f"RRULE:{rule}{end}"
    )
    query = recurring_ical_events.of(Calendar.from_ical(file(told)))
    theirs = {
        one.start.astimezone(UTC)
        for one in query.between(NOW, NOW + AHEAD + timedelta(seconds=1))
        if one.end > NOW and one.start <= NOW + AHEAD
    }
    ours = {span.start for span in spans(told)}

    assert ours - theirs == set()
    assert {at.astimezone(PARIS).replace(tzinfo=None) for at in theirs - ours} <= {start}


def test_what_is_over_or_far_ahead_is_left_out_and_told():
    past = event("DTSTART;VALUE=DATE:20260101", uid="past")
    far = event("DTSTART;VALUE=DATE:20300101", uid="far")
    running = event("DTSTART;VALUE=DATE:20260504", uid="running")
    found = read(past, far, running)

    assert ([one.uid for one in found.found], found.beyond) == (["running"], 1)
    assert found.known == {"past", "far", "running"}


def test_an_endless_repetition_ends_after_two_years():
    found = spans(event("DTSTART;VALUE=DATE:20200107", "RRULE:FREQ=WEEKLY"))

    assert (found[0].start, len(found)) == (TUESDAYS[0].start, 105)
    assert found[-1].start <= NOW + AHEAD


def test_a_cancelled_event_closes_nothing_but_is_known():
    cancelled = read(event("DTSTART;VALUE=DATE:20261224", "STATUS:CANCELLED"))

    assert (cancelled.found, cancelled.known) == ([], {"1@school"})


def test_a_cancelled_repetition_is_left_out():
    one = event("RECURRENCE-ID;VALUE=DATE:20260512", "DTSTART;VALUE=DATE:20260512", "STATUS:CANCELLED")

    assert spans(event(*WEEKLY), one) == [TUESDAYS[0], *TUESDAYS[2:]]


def test_texts_are_one_line_of_a_length_that_is_kept():
    told = read(event("DTSTART;VALUE=DATE:20261224", "SUMMARY:Fermé\\, pour\\n  travaux " + "é" * 200))

    assert told.found[0].reason.startswith("Fermé, pour travaux éé")
    assert len(told.found[0].reason) == 120


def test_an_event_without_a_name_is_the_same_again():
    nameless = event("DTSTART;VALUE=DATE:20261224", "SUMMARY:x").replace("UID:1@school\r\n", "")

    assert read(nameless).found == read(nameless).found
    assert len(read(nameless).found[0].uid) == 64


def test_a_name_that_is_too_long_is_kept_short():
    (found,) = read(event("DTSTART;VALUE=DATE:20261224", uid="x" * 5000)).found

    assert len(found.uid) <= 255


SKIPPED = [
    (("DTSTART:20261304T100000", "DURATION:PT1H"), "time"),
    (("SUMMARY:no start",), "time"),
    (("DTSTART:20260601T080000Z",), "empty"),
    (("DTSTART:20260601T080000Z", "DTEND:20260601T070000Z"), "empty"),
    (("DTSTART;VALUE=DATE:20261224", "DTEND:20261225T080000Z"), "time"),
    (("DTSTART;VALUE=DATE:20261224", "DURATION:never"), "time"),
    (("DTSTART:00010101T000000Z", "DURATION:PT1H"), "time"),
    (("DTSTART;VALUE=DATE:20260601", "RRULE:FREQ=HOURLY;COUNT=3"), "repeat"),
    (("DTSTART;VALUE=DATE:20260601", "RRULE:FREQ=SECONDLY"), "repeat"),
    (("DTSTART;VALUE=DATE:20260601", "RRULE:every day"), "repeat"),
    (("DTSTART;VALUE=DATE:20260601", "RRULE:FREQ=DAILY;COUNT=999999"), "repeat"),
    (("DTSTART;VALUE=DATE:20260601", "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"), "repeat"),
    (("DTSTART;VALUE=DATE:20260601", "RECURRENCE-ID:never"), "time"),
    (("DTSTART;TZID=Mars/Base:20260601T080000", "DURATION:PT1H"), "zone"),
    (("DTSTART;TZID=Mars/Base:20260601T080000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2"), "zone"),
    (("DTSTART:20260601T080000Z", "DTEND;TZID=Mars/Base:20260601T100000"), "zone"),
    (("DTSTART:20260601T080000Z", "DURATION:PT1H", "RDATE;TZID=Mars/Base:20260602T080000"), "zone"),
    (("DTSTART:20260601T080000Z", "DURATION:PT1H", "RECURRENCE-ID;TZID=Mars/Base:20260602T080000"), "zone"),
]


@pytest.mark.parametrize(("lines", "why"), SKIPPED)
def test_what_can_not_be_understood_is_told_and_keeps_nothing_back(lines, why):
    fine = event("DTSTART;VALUE=DATE:20261224", uid="fine")
    found = read(event(*lines, uid="bad"), fine)

    assert ([one.uid for one in found.found], [reason for _, reason in found.skipped]) == (["fine"], [why])


BAD = [
    (b"", "no_calendar"),
    (b"hello", "no_calendar"),
    (b"\xff\xfe\x00\x01", "no_calendar"),
    (b"<html></html>", "no_calendar"),
    (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "no_calendar"),
    (b"BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n", "no_calendar"),
    (b"BEGIN:VCALENDAR\r\n", "no_calendar"),
    (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "no_events"),
    (b"x" * (LARGEST + 1), "too_large"),
    (file(*[event("DTSTART;VALUE=DATE:20261224", uid=str(n)) for n in range(MOST + 1)]), "too_many"),
    (
        file(*[event("DTSTART;VALUE=DATE:20260601", "RRULE:FREQ=DAILY", uid=str(n)) for n in range(4)]),
        "too_many",
    ),
    (
        file(*[event("DTSTART;VALUE=DATE:19000101", "RRULE:FREQ=YEARLY", uid=str(n)) for n in range(30)]),
        "too_many",
    ),
]


@pytest.mark.parametrize(("data", "why"), BAD, ids=lambda told: told if isinstance(told, str) else "")
def test_a_bad_file_says_why(data, why):
    with pytest.raises(BadFile) as caught:
        read_closures(data, zone=PARIS, now=NOW)

    assert caught.value.why == why


@given(st.binary(max_size=300), st.integers(0, 400))
def test_whatever_a_file_holds_it_is_read_or_refused(noise, at):
    whole = file(event(*WEEKLY, "EXDATE;VALUE=DATE:20260512", "SUMMARY:x"))
    with suppress(BadFile):
        read_closures(whole[:at] + noise + whole[at:], zone=PARIS, now=NOW)
