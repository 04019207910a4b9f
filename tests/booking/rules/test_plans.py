"""A series judged in memory: what fits is held, moved and counted before the next occurrence is looked at."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rules.house import HouseRules, Quota
from booking.rules.plans import Occurrence, judge_all
from booking.rules.units import Held, UnitFacts
from booking.rules.wishes import Code, LinkFacts, MemberFacts, ResourceFacts, WishFacts
from lab.calendar import Opening
from lab.spans import Span

NOW = datetime(2026, 5, 4, 8, tzinfo=UTC)
ALWAYS = Opening(always=True)
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    return NOW + hours * HOUR


def span(start: float, end: float) -> Span:
    return Span(at(start), at(end))


def resource(
    slug: str = "laser", *held: list[Held], rules: HouseRules | None = None, **facts
) -> ResourceFacts:
    """A resource with a unit for each list of what holds it; keys begin with the slug's letter."""
    units = tuple(UnitFacts(100 * ord(slug[0]) + n, tuple(each)) for n, each in enumerate(held or [[]]))
    return ResourceFacts(slug, rules or HouseRules(min_minutes=1), ALWAYS, units=units, **facts)


def facts(*resources: ResourceFacts) -> WishFacts:
    return WishFacts(MemberFacts(), resources, UTC, NOW)


def series(*spans: Span, on: tuple[str, ...] = ("laser",), asks: bool | None = None) -> list[Occurrence]:
    return [Occurrence(each.start, each, on, asks) for each in spans]


def codes(judged) -> list[list[Code]]:
    return [[one.code for one in each.objections] for each in judged]


def test_what_is_free_fits_and_says_which_units_it_gets():
    judged, _after = judge_all(series(span(1, 2), span(25, 26)), facts(resource()))

    assert [each.given["laser"].units for each in judged] == [(10800,), (10800,)]
    assert codes(judged) == [[], []]


def test_every_objection_names_its_occurrence():
    taken = facts(resource("laser", [Held(span(25, 26), claim=7)]))

    judged, _after = judge_all(series(span(1, 2), span(25.5, 26.5)), taken)

    assert codes(judged) == [[], [Code.TAKEN]]
    assert judged[1].objections[0].data["occurrence"] == at(25.5).isoformat()
    assert judged[1].given is None


def test_occurrences_longer_than_their_distance_are_in_each_others_way():
    judged, _after = judge_all(series(span(1, 3), span(2, 4), span(3, 5)), facts(resource()))

    assert codes(judged) == [[], [Code.TAKEN], []]


def test_what_is_refused_is_not_held():
    busy = facts(resource("laser", [Held(span(1, 2), claim=7)]))

    judged, after = judge_all(series(span(1, 3), span(2.5, 3.5)), busy)

    assert codes(judged) == [[Code.TAKEN], []]
    assert [held.span for held in after.resources[0].units[0].held] == [span(1, 2), span(2.5, 3.5)]


def test_earlier_occurrences_count_towards_a_quota_and_far_ones_do_not():
    daily = Quota(120, period="day", row=1)
    judged, _after = judge_all(
        series(span(1, 2), span(3, 4), span(5, 6), span(25, 26)), facts(resource(quotas=(daily,)))
    )

    assert codes(judged) == [[], [], [Code.QUOTA], []]
    assert judged[2].objections[0].data["used"] == 120


def test_a_quota_is_shared_by_the_resources_that_it_is_about_and_by_no_others():
    shared, own, others = (Quota(60, period="day", row=row) for row in (1, 2, 3))
    both = facts(resource("laser", quotas=(shared, own)), resource("mill", quotas=(shared, others)))
    wished = [*series(span(1, 2)), *series(span(3, 4), on=("mill",))]

    assert codes(judge_all(wished, both)[0]) == [[], [Code.QUOTA]]

    apart = facts(resource("laser", quotas=(own,)), resource("mill", quotas=(others,)))

    assert codes(judge_all(wished, apart)[0]) == [[], []]


def test_a_request_counts_towards_quotas_but_claims_nothing():
    asked = resource(
        rules=HouseRules(min_minutes=1, approval=True), quotas=(Quota(180, period="day", row=1),)
    )

    judged, after = judge_all(series(span(1, 2), span(1.5, 2.5), span(3, 4), span(5, 6)), facts(asked))

    assert [each.asks for each in judged] == [True, True, True, True]
    assert [each.given is None for each in judged] == [False, False, False, True]
    assert after.resources[0].units[0].held == ()


@pytest.mark.parametrize(
    ("options", "asks"),
    [({}, True), ({"by_manager": True}, False), ({"overridden": {"needs_approval"}}, False)],
)
def test_who_needs_no_approval(options, asks):
    asked = facts(resource(rules=HouseRules(min_minutes=1, approval=True)))

    assert judge_all(series(span(1, 2)), asked, **options)[0][0].asks is asks
    assert judge_all(series(span(1, 2), asks=not asks), asked, **options)[0][0].asks is not asks


def test_a_rule_set_aside_lets_the_occurrence_fit_and_is_still_told():
    short = facts(resource(rules=HouseRules(min_minutes=90)))

    judged, _after = judge_all(series(span(1, 2)), short, overridden={"too_short"})

    assert codes(judged) == [[Code.TOO_SHORT]]
    assert judged[0].given


def test_a_claim_that_gives_way_to_one_occurrence_stands_there_for_the_next():
    """Somebody's week on desk 1 goes to desk 2, so that Monday's and Tuesday's hours fit on desk 1 only."""
    week, evening = Held(span(10, 60), claim=1), Held(span(2, 10), claim=2)
    desk = facts(resource("desk", [week], [evening]))

    judged, after = judge_all(series(span(5, 15), span(30, 40), on=("desk",)), desk)

    assert judged[0].given["desk"].moves == ((1, 10001),)
    assert judged[1].given["desk"].units == (10000,)
    assert [sorted(held.span for held in unit.held) for unit in after.resources[0].units] == [
        [span(5, 15), span(30, 40)],
        [span(2, 10), span(10, 60)],
    ]


def test_what_two_resources_claim_together_is_held_for_both():
    band = LinkFacts("uhf", Code.INTERFERENCE, 1, (UnitFacts(1),))
    benches = facts(resource("a", links=(band,)), resource("b", links=(band,)))

    judged, _after = judge_all([*series(span(1, 2), on=("a",)), *series(span(1, 2), on=("b",))], benches)

    assert codes(judged) == [[], [Code.INTERFERENCE]]


def test_two_units_are_asked_for_by_naming_a_resource_twice():
    desk = facts(resource("desk", [], [], []))

    judged, _after = judge_all(series(span(1, 2), span(1, 2), on=("desk", "desk")), desk)

    assert [each.given and each.given["desk"].units for each in judged] == [(10000, 10001), None]


held_spans = st.lists(st.tuples(st.integers(1, 60), st.integers(1, 8)), max_size=8)
wished_spans = st.lists(st.tuples(st.integers(1, 60), st.integers(1, 6)), min_size=1, max_size=8)


def without_overlaps(pairs, first_claim: int) -> list[Held]:
    found: list[Held] = []
    for start, length in sorted(pairs):
        if not found or found[-1].span.end <= at(start):
            found.append(Held(span(start, start + length), claim=first_claim + len(found)))
    return found


@given(st.lists(held_spans, min_size=1, max_size=3), wished_spans)
def test_nothing_is_ever_held_twice_and_one_unit_is_refused_only_when_it_is_taken(busy, wished):
    units = [without_overlaps(pairs, 100 * n + 1) for n, pairs in enumerate(busy)]
    where = {held.claim: (100 * ord("d") + n, held.span) for n, found in enumerate(units) for held in found}
    ours: list[tuple[int, Span]] = []
    spans = [span(start, start + length) for start, length in wished]

    judged, _after = judge_all(series(*spans, on=("desk",)), facts(resource("desk", *units)))

    for each, wish in zip(judged, spans, strict=True):
        if each.given is not None:
            for claim, unit in each.given["desk"].moves:
                where[claim] = (unit, where[claim][1])
            ours += [(unit, wish) for unit in each.given["desk"].units]
        elif len(units) == 1:
            assert any(other.overlaps(wish) for _unit, other in [*where.values(), *ours])
        standing = sorted([*where.values(), *ours])
        assert not any(one[0] == two[0] and one[1].overlaps(two[1]) for one, two in pairwise(standing))
