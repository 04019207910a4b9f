"""The days and hours of a series, beside dateutil and beside a slow model of the wall clock."""

import time
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from booking.rules.repeat import BadRepeat, Repeat, parse
from booking.rules.series import occurrences, on_day, rest_from, shifted, until_before
from lab.spans import Span

PARIS = ZoneInfo("Europe/Paris")
SPRING, AUTUMN = date(2027, 3, 28), date(2026, 10, 25)
HOUR = timedelta(hours=1)


def span(start: datetime, hours: float = 1) -> Span:
    begins = start.replace(tzinfo=PARIS).astimezone(UTC)
    return Span(begins, begins + hours * HOUR)


def starts(text: str, first: datetime = datetime(2026, 11, 23, 14)) -> list[str]:
    """Local starts, as `MM-DD HH:MM`."""
    found = occurrences(parse(text, PARIS), span(first), PARIS)
    return [f"{one.start.astimezone(PARIS):%m-%d %H:%M}" for one in found]


def why(text: str, first: datetime = datetime(2026, 11, 23, 14)) -> str:
    with pytest.raises(BadRepeat) as caught:
        occurrences(parse(text, PARIS), span(first), PARIS)
    return caught.value.why


def numbers(most: int):
    return st.sets(st.integers(1, most) | st.integers(-most, -1), max_size=3).map(sorted).map(tuple)


@st.composite
def rules(draw) -> Repeat:
    """Rules that dateutil reads as RFC 5545 does: it takes MO,1TU for "both", and cuts a first week short."""
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    nth = draw(st.integers(-5, 5)) if freq in {"MONTHLY", "YEARLY"} else 0
    weekdays = tuple((nth, day) for day in sorted(draw(st.sets(st.integers(0, 6), max_size=4))))
    monthdays = draw(numbers(31)) if freq != "WEEKLY" else ()
    months = tuple(sorted(draw(st.just(()) | st.sets(st.integers(1, 12), max_size=4))))
    sets = freq in {"MONTHLY", "YEARLY"} and bool(weekdays or monthdays or months)
    return Repeat(
        freq=freq,
        interval=draw(st.integers(1, 4)),
        count=draw(st.integers(1, 12)),
        weekdays=weekdays,
        monthdays=monthdays,
        months=months,
        positions=draw(numbers(4)) if sets else (),
        week_start=draw(st.integers(0, 6)),
    )


firsts = st.datetimes(datetime(2026, 1, 1), datetime(2028, 3, 1)).map(
    lambda at: at.replace(second=0, microsecond=0)
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.filter_too_much])
@given(rules(), firsts)
def test_days_are_those_that_dateutil_finds(rule, first):
    try:
        found = occurrences(rule, Span(first.replace(tzinfo=UTC), first.replace(tzinfo=UTC) + HOUR), UTC)
    except BadRepeat:
        assume(False)
    model = islice(rrulestr(str(rule), dtstart=first), rule.count)

    assert [one.start.replace(tzinfo=None) for one in found] == list(model)


def on_the_clock(wall: datetime) -> datetime:
    """The first instant at which the lab's clock shows this; in the spring gap, by the offset before."""
    midnight = datetime.combine(wall.date() - timedelta(days=1), datetime.min.time(), UTC)
    for minutes in range(3 * 24 * 60):
        instant = midnight + timedelta(minutes=minutes)
        if instant.astimezone(PARIS).replace(tzinfo=None) == wall:
            return instant
    return wall.replace(tzinfo=UTC) - HOUR  # winter time still holds before the gap


@settings(max_examples=60)
@given(
    st.sampled_from([SPRING, AUTUMN, date(2026, 12, 1)]),
    st.integers(0, 24 * 12 - 1),
    st.integers(1, 60 * 12),
)
def test_an_occurrence_keeps_its_hours_on_the_wall_clock(day, start, minutes):
    begins = datetime(2026, 6, 1) + timedelta(minutes=5 * start)
    first = span(begins, minutes / 60)
    wall = datetime.combine(day, begins.time())

    found = on_day(day, first, PARIS)

    assert found.start == on_the_clock(wall)
    shown = found.start.astimezone(PARIS).replace(tzinfo=None)
    wall_end = wall + timedelta(minutes=minutes)
    kept = shown == wall and on_the_clock(wall_end) > found.start
    assert found.end == (on_the_clock(wall_end) if kept else found.start + first.length)


def test_hours_stay_as_they_are_when_the_clocks_change():
    weekly = occurrences(parse("FREQ=WEEKLY;COUNT=3", PARIS), span(datetime(2026, 10, 18, 22), 10), PARIS)

    assert [(one.start.astimezone(PARIS).hour, one.end.astimezone(PARIS).hour) for one in weekly] == [
        (22, 8)
    ] * 3
    assert [one.length / HOUR for one in weekly] == [10, 10, 10]
    night = occurrences(parse("FREQ=DAILY;COUNT=2", PARIS), span(datetime(2026, 10, 23, 22), 10), PARIS)
    assert [one.length / HOUR for one in night] == [10, 11]


def test_a_time_in_the_gap_begins_when_the_clocks_have_changed_and_keeps_its_length():
    first = span(datetime(2027, 3, 27, 2, 30))

    found = on_day(SPRING, first, PARIS)

    assert found == Span(datetime(2027, 3, 28, 1, 30, tzinfo=UTC), datetime(2027, 3, 28, 2, 30, tzinfo=UTC))
    assert f"{found.start.astimezone(PARIS):%H:%M}" == "03:30"


def test_a_time_that_comes_twice_is_the_first_unless_the_second_was_asked_for():
    asked = datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=1)
    first = Span(asked, asked.astimezone(UTC) + HOUR)

    assert on_day(AUTUMN, span(datetime(2026, 10, 24, 2, 30)), PARIS).start == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )
    assert occurrences(Repeat("DAILY", count=2), first, PARIS)[0] == first


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("FREQ=WEEKLY;COUNT=3", ["11-23 14:00", "11-30 14:00", "12-07 14:00"]),
        ("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3", ["11-23 14:00", "11-25 14:00", "11-30 14:00"]),
        ("FREQ=WEEKLY;BYDAY=WE;COUNT=2", ["11-25 14:00", "12-02 14:00"]),
        ("FREQ=DAILY;UNTIL=20261125T130000Z", ["11-23 14:00", "11-24 14:00", "11-25 14:00"]),
        ("FREQ=DAILY;UNTIL=20261125T125959Z", ["11-23 14:00", "11-24 14:00"]),
        ("FREQ=DAILY;UNTIL=20261124", ["11-23 14:00", "11-24 14:00"]),
        ("FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20261124", ["11-23 14:00", "11-25 14:00"]),
        ("FREQ=MONTHLY;BYDAY=-1MO;COUNT=2", ["11-30 14:00", "12-28 14:00"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", ["11-30 14:00", "12-31 14:00"]),
        ("FREQ=MONTHLY;BYDAY=MO,1TU;COUNT=3", ["11-23 14:00", "11-30 14:00", "12-01 14:00"]),
        ("FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=1;COUNT=2", ["11-23 14:00", "11-30 14:00"]),
    ],
)
def test_occurrences(text, found):
    assert starts(text) == found


def test_a_month_without_the_day_is_left_out():
    assert starts("FREQ=MONTHLY;COUNT=3", datetime(2026, 12, 31, 9)) == [
        "12-31 09:00",
        "01-31 09:00",
        "03-31 09:00",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("FREQ=DAILY;UNTIL=20281101", "too_many"),
        ("FREQ=YEARLY;COUNT=4", "too_far"),
        ("FREQ=YEARLY;UNTIL=20400101", "too_far"),
        ("FREQ=WEEKLY;UNTIL=20281231", "too_far"),
        ("FREQ=DAILY;UNTIL=20200101", "never"),
        ("FREQ=DAILY;COUNT=1\nEXDATE;VALUE=DATE:20261123", "never"),
    ],
)
def test_more_than_two_years_or_a_year_of_days_is_refused(text, reason):
    assert why(text) == reason


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU;COUNT=300",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=3;COUNT=300",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2;COUNT=300",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=300",
        "FREQ=YEARLY;BYDAY=MO;BYSETPOS=300;UNTIL=20281101",
    ],
)
def test_a_rule_that_never_comes_true_is_told_at_once(text):
    def telling():
        began = time.process_time()
        assert why(text) == "never"
        return time.process_time() - began

    assert any(telling() < 0.1 for _ in range(20))  # a busy machine has a calm moment


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(rules(), firsts, st.data())
def test_a_series_cut_in_two_is_the_same_series(rule, first, data):
    whole = Span(first.replace(tzinfo=PARIS), first.replace(tzinfo=PARIS) + HOUR)
    try:
        spans = occurrences(rule, whole, PARIS)
    except BadRepeat:
        assume(False)
    assume(len(spans) > 1)
    cut = data.draw(st.integers(1, len(spans) - 1))
    day = spans[cut].start.astimezone(PARIS).date()

    before = occurrences(until_before(rule, spans[cut].start), whole, PARIS)
    rest = rest_from(rule, whole.start.astimezone(PARIS).date(), day)

    assert before == spans[:cut]
    assert occurrences(rest, on_day(day, whole, PARIS), PARIS) == spans[cut:]


@given(rules(), firsts, st.integers(-8, 8))
def test_a_shifted_rule_names_the_shifted_days_or_there_is_none(rule, first, by_days):
    begins = Span(first.replace(tzinfo=UTC), first.replace(tzinfo=UTC) + HOUR)
    try:
        days = occurrences(rule, begins, UTC)
        moved = shifted(rule, begins, by_days, UTC)
    except BadRepeat:
        return
    later = timedelta(days=by_days)

    assert occurrences(parse(str(moved), UTC), begins.shifted(later), UTC) == [d.shifted(later) for d in days]


@pytest.mark.parametrize(
    ("text", "by_days", "moved"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,SU;COUNT=4", 1, "FREQ=WEEKLY;COUNT=4;BYDAY=MO,TU"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;COUNT=4",
            1,
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=MO,TU;WKST=TU",
        ),
        ("FREQ=DAILY;UNTIL=20261125", 2, "FREQ=DAILY;COUNT=3"),
        ("FREQ=MONTHLY;COUNT=2", 3, "FREQ=MONTHLY;COUNT=2"),
        ("FREQ=MONTHLY;BYMONTHDAY=23;COUNT=2", 3, "FREQ=MONTHLY;COUNT=2;BYMONTHDAY=26"),
    ],
)
def test_a_shift_turns_the_days_that_the_rule_names(text, by_days, moved):
    assert str(shifted(parse(text, PARIS), span(datetime(2026, 11, 23, 14)), by_days, PARIS)) == moved


@pytest.mark.parametrize("text", ["FREQ=MONTHLY;BYDAY=4MO;COUNT=5", "FREQ=MONTHLY;BYMONTHDAY=23,31;COUNT=5"])
def test_days_that_no_rule_names_are_not_shifted(text):
    with pytest.raises(BadRepeat) as caught:
        shifted(parse(text, PARIS), span(datetime(2026, 11, 23, 14)), 3, PARIS)

    assert caught.value.why == "other_days"
