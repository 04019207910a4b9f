"""Spans against a slow model: a span is the set of its minutes."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.spans import Span, merged, without

PARIS = ZoneInfo("Europe/Paris")
ZERO = datetime(2026, 10, 24, 22, tzinfo=UTC)  # the night in which Paris turns its clocks back
MINUTE = timedelta(minutes=1)


def span(start: int, end: int) -> Span:
    return Span(ZERO + start * MINUTE, ZERO + end * MINUTE)


def minutes(*spans: Span) -> set[int]:
    return {m for s in spans for m in range((s.start - ZERO) // MINUTE, (s.end - ZERO) // MINUTE)}


spans = st.tuples(st.integers(0, 300), st.integers(1, 120)).map(lambda pair: span(pair[0], sum(pair)))
many = st.lists(spans, max_size=8)


@given(spans, spans)
def test_two_spans_meet_as_their_minutes_do(one, other):
    common = one.common(other)

    assert one.overlaps(other) == bool(minutes(one) & minutes(other))
    assert one.covers(other) == (minutes(other) <= minutes(one))
    assert minutes(*([common] if common else [])) == minutes(one) & minutes(other)


@given(spans, st.integers(-10, 500))
def test_a_span_holds_its_start_and_not_its_end(one, minute):
    assert (ZERO + minute * MINUTE in one) == (minute in minutes(one))


@given(many)
def test_merged_spans_are_the_same_minutes_in_order_with_gaps_between(found):
    result = list(merged(found))

    assert minutes(*result) == minutes(*found)
    assert all(a.end < b.start for a, b in itertools.pairwise(result))


@given(spans, many)
def test_what_is_left_of_a_span_is_what_no_hole_holds(whole, holes):
    left = list(without(whole, holes))

    assert minutes(*left) == minutes(whole) - minutes(*holes)
    assert all(a.end < b.start for a, b in itertools.pairwise(left))


@given(spans, st.integers(0, 60), st.integers(0, 60), st.integers(-60, 60))
def test_a_span_grows_and_moves(one, before, after, by):
    grown = one.grown(before=before * MINUTE, after=after * MINUTE)

    assert (grown.start, grown.end) == (one.start - before * MINUTE, one.end + after * MINUTE)
    assert one.shifted(by * MINUTE).length == one.length == one.minutes * MINUTE


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2026, 5, 1, 9), datetime(2026, 5, 1, 10)),
        (datetime(2026, 5, 1, 9, tzinfo=UTC), datetime(2026, 5, 1, 10)),
        (ZERO, ZERO),
        (ZERO, ZERO - MINUTE),
    ],
)
def test_a_span_is_aware_and_ends_after_it_starts(start, end):
    with pytest.raises(ValueError, match="span"):
        Span(start, end)


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 5, 5), 24)])
def test_a_day_between_wall_clocks_has_its_true_length(day, hours):
    midnight = datetime(*day, tzinfo=PARIS)

    assert Span(midnight, midnight + timedelta(days=1)).length == timedelta(hours=hours)


def test_the_hour_that_comes_twice_can_be_told_apart():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=PARIS)
    second = first.replace(fold=1)

    assert Span(first, second).length == timedelta(hours=1)
    assert not Span(first, first.replace(minute=45)).overlaps(Span(second, second.replace(minute=45)))
