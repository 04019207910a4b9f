"""Opening hours against a slow model that asks the wall clock of every quarter of an hour."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.calendar import Hours, Opening, day_span
from lab.spans import Span

PARIS = ZoneInfo("Europe/Paris")
QUARTER = timedelta(minutes=15)
WEEKDAYS = Opening(hours=tuple(Hours(day, time(9), time(20)) for day in range(6)))


def paris(*when: int) -> datetime:
    return datetime(*when, tzinfo=PARIS)


def quarters(span: Span) -> list[datetime]:
    return [span.start + n * QUARTER for n in range(int(span.length / QUARTER))]


def is_open(moment: datetime, opening: Opening) -> bool:
    """The wall clock's view; right wherever no opening or closing falls into a changing hour."""
    if any(moment in closure for closure in opening.closures):
        return False
    local = moment.astimezone(PARIS)
    today, yesterday, clock = local.weekday(), (local.weekday() - 1) % 7, local.time()
    return opening.always or any(
        (hours.weekday == today and hours.opens <= clock < hours.closes)
        or (hours.closes <= hours.opens and hours.weekday == today and hours.opens <= clock)
        or (hours.closes <= hours.opens and hours.weekday == yesterday and clock < hours.closes)
        for hours in opening.hours
    )


clock_times = st.builds(time, st.sampled_from([0, 1, 4, 6, 9, 12, 18, 20, 23]), st.sampled_from([0, 15, 45]))
starts = st.sampled_from([paris(2026, 3, 27), paris(2026, 10, 23, 18), paris(2026, 7, 1, 0, 30)])
windows = st.builds(lambda s, n: Span(s, s.astimezone(UTC) + n * QUARTER), starts, st.integers(1, 400))
closures = st.builds(
    lambda s, after, n: Span(s.astimezone(UTC) + after * QUARTER, s.astimezone(UTC) + (after + n) * QUARTER),
    starts,
    st.integers(0, 200),
    st.integers(1, 100),
)
openings = st.builds(
    Opening,
    hours=st.lists(st.builds(Hours, st.integers(0, 6), clock_times, clock_times), max_size=8).map(tuple),
    closures=st.lists(closures, max_size=3).map(tuple),
    always=st.booleans(),
)


@given(openings, windows)
def test_open_time_is_what_the_wall_clock_says_also_when_it_jumps(opening, window):
    found = list(opening.within(window, PARIS))

    assert [m for m in quarters(window) if any(m in span for span in found)] == [
        m for m in quarters(window) if is_open(m, opening)
    ]
    assert all(window.covers(span) for span in found)


@given(openings, windows)
def test_a_span_is_covered_when_every_quarter_is_open(opening, window):
    assert opening.covers(window, PARIS) == all(is_open(m, opening) for m in quarters(window))


@given(openings, starts)
def test_a_moment_lies_in_an_opening_or_it_is_closed(opening, moment):
    found = opening.at(moment, PARIS)

    assert (found is not None and moment in found) == is_open(moment, opening)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 23), 24)]
)
def test_a_day_has_as_many_hours_as_the_clocks_allow(day, hours):
    assert day_span(day, PARIS).length == timedelta(hours=hours)


@pytest.mark.parametrize(("day", "night"), [((2026, 3, 28), 9), ((2026, 10, 24), 11), ((2026, 5, 1), 10)])
def test_a_night_opening_lasts_as_long_as_that_night(day, night):
    weekday = date(*day).weekday()
    opening = Opening(hours=(Hours(weekday, time(20), time(6)),))

    (found,) = opening.within(Span(paris(*day), paris(*day) + timedelta(days=2)), PARIS)

    assert (found.start, found.length) == (paris(*day, 20), timedelta(hours=night))


def test_after_midnight_the_opening_of_the_evening_before_still_counts():
    fridays = Opening(hours=(Hours(4, time(20), time(2)),))

    assert fridays.covers(Span(paris(2026, 5, 9, 0, 30), paris(2026, 5, 9, 1, 30)), PARIS)


def test_an_opening_that_would_begin_in_the_missing_hour_begins_after_it():
    sunday = Opening(hours=(Hours(6, time(2, 30), time(5)),))

    (found,) = sunday.within(day_span(date(2026, 3, 29), PARIS), PARIS)

    assert found == Span(paris(2026, 3, 29, 3, 30), paris(2026, 3, 29, 5))


def test_the_weekly_hours_open_again_after_a_closed_sunday():
    weekend = Span(paris(2026, 5, 9, 19), paris(2026, 5, 11, 10))

    assert list(WEEKDAYS.within(weekend, PARIS)) == [
        Span(paris(2026, 5, 9, 19), paris(2026, 5, 9, 20)),
        Span(paris(2026, 5, 11, 9), paris(2026, 5, 11, 10)),
    ]
