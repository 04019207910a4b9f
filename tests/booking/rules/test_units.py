"""Units are given so that a wish fits whenever it can, and what has begun never changes its unit."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from booking.rules.units import Assignment, Held, UnitFacts, assign, component, most_free
from lab.spans import Span

NOW = datetime(2026, 5, 4, tzinfo=UTC)


def span(start: int, end: int) -> Span:
    return Span(NOW + timedelta(hours=start), NOW + timedelta(hours=end))


def unit(pk: int, *held: tuple[int, int]) -> UnitFacts:
    return UnitFacts(pk, tuple(Held(span(*hours), claim=pk * 100 + hours[0]) for hours in held))


def test_free_units_are_given_from_the_first():
    units = [unit(1, (2, 4)), unit(2), unit(3)]

    assert assign(units, span(3, 5), wanted=2, now=NOW) == Assignment((2, 3))


def test_a_claim_that_has_not_begun_makes_room():
    # The wish fits on neither, but one of the two claims can go to the other's unit.
    units = [unit(1, (1, 3)), unit(2, (4, 6))]

    assert assign(units, span(2, 6), now=NOW) == Assignment((2,), ((204, 1),))


def test_a_claim_that_has_begun_stays():
    units = [unit(1, (-1, 3)), unit(2, (4, 6))]

    assert assign(units, span(2, 6), now=NOW) == Assignment((2,), ((204, 1),))
    assert assign([unit(1, (-1, 3)), unit(2, (-1, 5))], span(2, 6), now=NOW) is None


@pytest.mark.parametrize("wanted", [1, 2])
def test_a_single_unit_or_too_few_of_them_cannot_be_rearranged(wanted):
    assert assign([unit(1, (1, 3))], span(2, 4), wanted=wanted, now=NOW) is None


def test_the_stretch_around_a_wish_is_all_that_leans_on_it():
    units = [unit(1, (1, 3), (8, 9)), unit(2, (3, 5))]

    assert component(units, span(2, 4)) == span(1, 5)


hours = st.tuples(st.integers(-3, 12), st.integers(1, 5)).map(lambda n: (n[0], n[0] + n[1]))


@st.composite
def filled(draw) -> list[UnitFacts]:
    """A few units with claims that don't overlap on any of them."""
    units: list[list[tuple[int, int]]] = [[] for _ in range(draw(st.integers(1, 3)))]
    for one in draw(st.lists(hours, max_size=6)):
        free = [held for held in units if not any(span(*one).overlaps(span(*other)) for other in held)]
        if free:
            draw(st.sampled_from(free)).append(one)
    return [unit(pk, *sorted(held)) for pk, held in enumerate(units, start=1)]


@given(filled(), hours, st.integers(1, 2))
def test_what_is_given_never_overlaps_and_fixed_claims_stay(units, wished, wanted):
    given_units = assign(units, span(*wished), wanted=wanted, now=NOW)
    assume(given_units is not None)

    moves = dict(given_units.moves)
    plan = [(moves.get(held.claim, one.pk), held.span) for one in units for held in one.held]
    plan += [(pk, span(*wished)) for pk in given_units.units]

    assert len(given_units.units) == len(set(given_units.units)) == wanted
    assert not any(a[0] == b[0] and a[1].overlaps(b[1]) for i, a in enumerate(plan) for b in plan[i + 1 :])
    assert all(held.span.start > NOW for one in units for held in one.held if held.claim in moves)


@given(filled(), hours)
def test_a_wish_that_begins_later_fits_exactly_when_some_arrangement_does(units, wished):
    assume(wished[0] > 0)
    claims = [(held.span, one.pk) for one in units for held in one.held]
    fixed = [(claim, pk) for claim, pk in claims if claim.start <= NOW]
    loose = [claim for claim, _pk in claims if claim.start > NOW] + [span(*wished)]

    def fits(places: tuple[int, ...]) -> bool:
        plan = [*fixed, *zip(loose, places, strict=True)]
        return not any(
            a[1] == b[1] and a[0].overlaps(b[0]) for i, a in enumerate(plan) for b in plan[i + 1 :]
        )

    possible = any(fits(places) for places in product([one.pk for one in units], repeat=len(loose)))

    assert (assign(units, span(*wished), now=NOW) is not None) == possible


@given(filled(), hours, st.integers(1, 3))
def test_more_than_the_fullest_moment_leaves_is_never_given(units, wished, wanted):
    assume(wanted > most_free(units, span(*wished)))

    assert assign(units, span(*wished), wanted=wanted, now=NOW) is None
