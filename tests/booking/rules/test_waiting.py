"""What can be offered: the earliest time that may be booked, tried against trying every five minutes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rules.house import HouseRules, Quota
from booking.rules.units import Held, UnitFacts
from booking.rules.waiting import fits, for_anybody, undisturbed, wanted
from booking.rules.wishes import Code, LinkFacts, MemberFacts, ResourceFacts, WishFacts, blocking, judge_wish
from lab.calendar import Hours, Opening
from lab.spans import Span

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 5, 4, 6, tzinfo=UTC)  # a Monday, 8:00 in Paris
STEP = timedelta(minutes=5)
ALWAYS, DAILY = Opening(always=True), Opening(tuple(Hours(day, time(9), time(20)) for day in range(5)))


def span(start: float, end: float) -> Span:
    """Hours after NOW."""
    return Span(NOW + timedelta(hours=start), NOW + timedelta(hours=end))


def unit(pk: int, *held: tuple[float, float]) -> UnitFacts:
    return UnitFacts(pk, tuple(Held(span(*hours), claim=100 * pk + at) for at, hours in enumerate(held)))


def facts(member: MemberFacts | None = None, **resource) -> WishFacts:
    fields = {"rules": HouseRules(), "opening": ALWAYS, "units": (unit(1),)} | resource
    return WishFacts(member or MemberFacts(), (ResourceFacts(slug="laser-1", **fields),), PARIS, NOW)


def first(known: WishFacts, window: Span, hours: float) -> Span | None:
    return next(fits(known, window, timedelta(hours=hours)), None)


def test_the_earliest_free_time_is_offered():
    assert first(facts(units=(unit(1, (0, 3), (4, 9)),)), span(1, 12), 1) == span(3, 4)


def test_a_time_is_offered_with_its_set_up_and_clean_up():
    rules = HouseRules(setup_minutes=30, cleanup_minutes=15)
    known = facts(rules=rules, units=(unit(1, (0, 3), (5, 9)),))

    assert first(known, span(1, 12), 1) == span(3.5, 4.5)
    assert first(known, span(1, 6), 1.5) is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"rules": HouseRules(grid_minutes=60)}, span(4, 5)),
        ({"rules": HouseRules(notice_minutes=240)}, span(4, 5)),
        ({"down": (span(2, 6),)}, span(6, 7)),
        ({"links": (LinkFacts("band", Code.INTERFERENCE, 1, (unit(9, (2, 5)),)),)}, span(5, 6)),
        ({"opening": DAILY, "units": (unit(1, (0, 12)),)}, span(25, 26)),  # the next morning at nine
        ({"rules": HouseRules(horizon_days=0)}, None),
    ],
)
def test_every_rule_counts(fields, expected):
    known = facts(**{"units": (unit(1, (0, 3.05)),)} | fields)

    assert first(known, span(1, 30), 1) == expected


def test_where_a_day_s_quota_is_used_up_the_next_day_is_offered():
    used = Quota(most=60, period="day", used=(span(1, 2),))

    assert first(facts(quotas=(used,)), span(3, 40), 1) == span(16, 17)  # midnight in Paris


def test_exactly_the_wished_time_is_offered_whatever_minute_it_begins():
    odd = Span(NOW + timedelta(minutes=187), NOW + timedelta(minutes=247))

    assert first(facts(), odd, 1) == odd


def test_a_unit_is_made_free_for_the_offer_when_others_can_change_theirs():
    units = (unit(1, (1, 3)), unit(2, (4, 6)))

    assert first(facts(units=units), span(2, 6), 4) == span(2, 6)


def test_what_is_free_for_nobody_is_told_without_knowing_the_member():
    barred = facts(
        MemberFacts(suspended=True, points=9.0),
        certification="laser",
        programmes={"school": None},
        rules=HouseRules(role="manager"),
        quotas=(Quota(most=0),),
    )

    assert first(barred, span(1, 4), 1) is None
    assert first(for_anybody(barred), span(1, 4), 1) == span(1, 2)


def test_what_others_hold_or_broke_disturbs_nobody_in_an_empty_lab():
    busy = facts(
        units=(unit(1, (0, 99)),),
        down=(span(0, 99),),
        quotas=(Quota(most=0),),
        links=(LinkFacts("band", Code.INTERFERENCE, 1, (unit(9, (0, 99)),), (span(0, 99),)),),
    )

    assert first(busy, span(1, 4), 1) is None
    assert first(undisturbed(busy), span(1, 4), 1) == span(1, 2)


@pytest.mark.parametrize(
    ("declined", "after", "left"),
    [
        ([], 0, [span(2, 8)]),
        ([], 3, [span(3, 8)]),
        ([], 8, []),
        ([], 7.5, []),  # too little is left
        ([span(4, 5)], 0, [span(2, 4), span(5, 8)]),
        ([span(2.5, 7.5)], 0, []),
        ([span(2, 3), span(3, 4)], 0, [span(4, 8)]),
    ],
)
def test_what_was_declined_or_is_over_is_wanted_no_more(declined, after, left):
    soon = NOW + timedelta(hours=after)

    assert wanted(span(2, 8), declined, length=timedelta(hours=1), after=soon) == left


slots = st.integers(0, 200).map(lambda n: n / 12)  # five minutes each
spans = st.tuples(slots, st.integers(3, 40)).map(lambda n: (n[0], n[0] + n[1] / 12))


@st.composite
def some_facts(draw) -> WishFacts:
    def held(pk: int) -> UnitFacts:
        found: list[tuple[float, float]] = []
        for hours in sorted(draw(st.lists(spans, max_size=6))):
            if not found or found[-1][1] <= hours[0]:
                found.append(hours)
        return unit(pk, *found)

    minutes = st.sampled_from([0, 15, 30])
    rules = HouseRules(
        setup_minutes=draw(minutes),
        cleanup_minutes=draw(minutes),
        notice_minutes=draw(st.sampled_from([0, 90])),
        grid_minutes=draw(st.sampled_from([None, 15, 30])),
        overnight=draw(st.booleans()),
    )
    links = [LinkFacts("band", Code.INTERFERENCE, 1, (held(9),))] if draw(st.booleans()) else []
    return facts(
        rules=rules,
        opening=draw(st.sampled_from([ALWAYS, DAILY])),
        units=tuple(held(pk) for pk in range(1, draw(st.integers(1, 3)) + 1)),
        down=tuple(span(*hours) for hours in draw(st.lists(spans, max_size=1))),
        links=tuple(links),
    )


def every_five_minutes(known: WishFacts, window: Span, length: timedelta) -> Span | None:
    """Slow and obviously right, for windows that begin on five minutes."""
    start = window.start
    while start + length <= window.end:
        if not blocking(judge_wish(Span(start, start + length), known)):
            return Span(start, start + length)
        start += STEP
    return None


@given(some_facts(), slots, st.integers(3, 160), st.integers(3, 30))
def test_it_is_the_earliest_of_all(known, start, length, minutes):
    window, wished = span(start, start + length / 12), timedelta(minutes=5 * minutes)

    assert next(fits(known, window, wished), None) == every_five_minutes(known, window, wished)
