"""What speaks against a wish: every objection at once, each with the data for its sentence."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rules.free import free_spans
from booking.rules.house import HouseRules, Quota
from booking.rules.units import Held, UnitFacts
from booking.rules.wishes import (
    Code,
    MemberFacts,
    Objection,
    ResourceFacts,
    WishFacts,
    judge_wish,
)
from lab.calendar import Hours, Opening
from lab.spans import Span

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 5, 4, 10, tzinfo=PARIS)  # a Monday
ALICE = MemberFacts(certified={"laser": None})
WEEK = Opening(hours=tuple(Hours(day, time(9), time(20)) for day in range(6)))
ALWAYS = Opening(always=True)


def at(hour: float, *, day: int = 5) -> datetime:
    return datetime(2026, 5, day, tzinfo=PARIS) + timedelta(hours=hour)


def span(start: float, end: float, *, day: int = 5) -> Span:
    return Span(at(start, day=day), at(end, day=day))


def laser(opening: Opening = WEEK, *, rules: HouseRules | None = None, **facts) -> ResourceFacts:
    return ResourceFacts("laser-1", rules or HouseRules(min_minutes=1), opening, **facts)


def judge(wished: Span, *resources: ResourceFacts, member: MemberFacts = ALICE, now: datetime = NOW):
    return judge_wish(wished, WishFacts(member, resources, PARIS, now))


def units(free: int, *, taken: int = 0) -> tuple[UnitFacts, ...]:
    """So many units that are free all week, and so many that never are."""
    ages = Held(span(0, 24 * 7, day=1), claim=1)
    return (*(UnitFacts(n, (ages,)) for n in range(taken)), *(UnitFacts(100 + n) for n in range(free)))


def quota(minutes: int, *used: Span) -> Quota:
    return Quota(minutes, period="day", used=used)


def against(code: Code, **data) -> Objection:
    return Objection(code, {"resource": "laser-1", **data})


def test_a_plain_wish_meets_no_objection():
    assert judge(span(10, 12), laser(certification="laser")) == []


@pytest.mark.parametrize(
    ("wished", "facts", "objection"),
    [
        (span(10, 12), laser(units=units(0, taken=1)), against(Code.TAKEN, units_free=0)),
        (span(10, 12), laser(units=units(1, taken=1), wanted=2), against(Code.TAKEN, units_free=1)),
        (span(10, 12), laser(units=units(2), wanted=3), against(Code.TAKEN, units_free=2, units=2)),
        (
            span(10, 12),
            laser(certification="cnc"),
            against(Code.NOT_CERTIFIED, certification="cnc", next_training=None),
        ),
        (span(10, 12), laser(down=(span(11.5, 14),)), against(Code.OUTAGE)),
        (
            span(10, 10.25),
            laser(rules=HouseRules(min_minutes=30)),
            against(Code.TOO_SHORT, min_minutes=30),
        ),
        (span(10, 15), laser(rules=HouseRules(max_minutes=240)), against(Code.TOO_LONG, max_minutes=240)),
        (
            span(10, 12),
            laser(rules=HouseRules(notice_minutes=2880)),
            against(Code.TOO_SOON, notice_minutes=2880),
        ),
        (span(10, 12), laser(rules=HouseRules(horizon_days=1)), against(Code.TOO_FAR, horizon_days=1)),
    ],
)
def test_each_house_rule_says_what_it_wants(wished, facts, objection):
    assert judge(wished, facts) == [objection]


@pytest.mark.parametrize(
    ("wished", "facts"),
    [
        (span(10, 12), laser(down=(span(8, 10), span(12, 14)))),
        (span(10, 10.5), laser(rules=HouseRules(min_minutes=30))),
        (span(10, 14), laser(rules=HouseRules(max_minutes=240))),
        (span(10, 12), laser(rules=HouseRules(notice_minutes=24 * 60))),
        (span(9, 10), laser(rules=HouseRules(horizon_days=1))),
        (span(9, 20), laser()),
    ],
)
def test_exactly_at_the_limit_is_within_it(wished, facts):
    assert judge(wished, facts) == []


@pytest.mark.parametrize(
    ("wished", "opens"),
    [
        (span(7, 9), at(9)),  # closed before
        (span(19, 21), at(9, day=6)),  # one hour is left tonight, two are wished
        (span(10, 12, day=10), at(9, day=11)),  # Sunday
        (span(9, 21), None),  # no day is that long
    ],
)
def test_a_closed_time_says_when_it_opens_for_as_long(wished, opens):
    (objection,) = judge(wished, laser())

    assert objection == against(Code.CLOSED, opens=opens and opens.astimezone(UTC).isoformat())


def test_a_closure_closes():
    closed = Opening(hours=WEEK.hours, closures=(span(11, 11.5),))

    assert [found.code for found in judge(span(10, 12), laser(closed))] == [Code.CLOSED]


@pytest.mark.parametrize(
    ("now", "codes"),
    [
        (at(10), []),
        (at(10) + timedelta(seconds=59), []),  # the form was under way
        (at(10) + timedelta(seconds=61), [Code.IN_PAST]),
        (at(13), [Code.IN_PAST]),
    ],
)
def test_what_began_is_past(now, codes):
    assert [found.code for found in judge(span(10, 12), laser(), now=now)] == codes


@pytest.mark.parametrize(
    ("member", "data"),
    [
        (MemberFacts(suspended=True, member_until=at(0)), {}),
        (MemberFacts(member_until=at(11)), {"member_until": at(11).isoformat()}),
    ],
)
def test_who_may_not_book_at_all_is_told_first(member, data):
    objections = judge(span(10, 12), laser(units=units(0, taken=1)), member=member)

    assert objections == [Objection(Code.SUSPENDED, data), against(Code.TAKEN, units_free=0)]


@pytest.mark.parametrize(
    ("expires", "codes"), [(at(11), [Code.NOT_CERTIFIED]), (at(12), []), (None, []), (at(13), [])]
)
def test_a_certification_lasts_until_the_end_of_the_booking(expires, codes):
    member = MemberFacts(certified={"laser": expires})

    assert [o.code for o in judge(span(10, 12), laser(certification="laser"), member=member)] == codes


@pytest.mark.parametrize(
    ("wished", "own", "day", "used"),
    [
        (span(14, 15.5), (span(9, 10),), "2026-05-05", 60),
        (span(14, 17), (), "2026-05-05", 0),
        (span(23, 25), (span(23, 24, day=6), span(0, 1.5, day=6)), "2026-05-06", 150),
    ],
)
def test_a_quota_counts_each_day_of_the_lab(wished, own, day, used):
    facts = laser(ALWAYS, quotas=(quota(120, *own),))

    (objection,) = judge(wished, facts)

    assert (objection.code, objection.data["from"][:10], objection.data["used"]) == (Code.QUOTA, day, used)


def test_a_booking_over_midnight_spends_from_both_days():
    facts = laser(ALWAYS, quotas=(quota(120, span(8, 9)),))

    assert judge(span(23, 26), facts) == []


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25)])
def test_a_quota_of_a_whole_day_fits_the_day_that_changes_its_clocks(day, hours):
    midnight = datetime(*day, tzinfo=PARIS).astimezone(UTC)
    facts = laser(ALWAYS, quotas=(quota(hours * 60),))

    assert judge(Span(midnight, midnight + timedelta(hours=hours)), facts, now=midnight) == []


def test_all_that_is_wrong_is_said_at_once_in_the_order_asked():
    printer = ResourceFacts("printer-1", HouseRules(min_minutes=180), ALWAYS)

    found = judge(span(3, 5), laser(certification="cnc", units=units(0, taken=1)), printer, now=at(4))

    assert [(o.code, o.data.get("resource")) for o in found] == [
        (Code.IN_PAST, None),
        (Code.NOT_CERTIFIED, "laser-1"),
        (Code.CLOSED, "laser-1"),
        (Code.TAKEN, "laser-1"),
        (Code.TOO_SHORT, "printer-1"),
    ]


def test_a_wish_for_centuries_is_refused_without_counting_its_days():
    ages = Span(datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))

    codes = [found.code for found in judge(ages, laser(quotas=(quota(60),)))]

    assert codes == [Code.IN_PAST, Code.TOO_LONG, Code.TOO_FAR]


half_hours = st.integers(0, 95).map(lambda n: at(n / 2))
busy_spans = st.builds(lambda s, n: Span(s, s + n * timedelta(minutes=30)), half_hours, st.integers(1, 12))
house_rules = st.builds(
    HouseRules,
    min_minutes=st.just(1),
    setup_minutes=st.sampled_from([0, 30]),
    cleanup_minutes=st.sampled_from([0, 60]),
)


@given(house_rules, st.lists(busy_spans, max_size=4), st.lists(busy_spans, max_size=2), st.booleans())
def test_free_time_is_exactly_the_time_that_can_be_booked(rules, busy, down, always):
    opening = ALWAYS if always else WEEK
    window = Span(at(0), at(48))

    free = list(free_spans(window, opening, busy, rules, down=down, zone=PARIS))

    for half in range(95):
        wished = Span(at(half / 2), at(half / 2 + 0.5))
        held = UnitFacts(1, tuple(Held(span, claim=1) for span in busy))
        facts = laser(opening, rules=rules, down=tuple(down), units=(held,))
        assert any(span.covers(wished) for span in free) == (judge(wished, facts) == [])
