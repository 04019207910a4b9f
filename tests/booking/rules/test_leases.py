"""Leases: the first end counts, an ending is gentle, work is never cut, a silent meter knows nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rules.leases import (
    BENEFIT,
    GRACE,
    SILENT,
    WARNING,
    Ending,
    Ends,
    Run,
    RunFacts,
    Work,
    go_on,
    idle_since,
    is_held,
    lease_end,
    work_of,
)

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
moments = st.none() | st.integers(-5000, 5000).map(lambda minutes: NOW + minutes * MINUTE)


@given(moments, moments, moments, moments, moments)
def test_the_first_of_all_ends_is_the_lease_s(booking, others, closing, certification, longest):
    known = [at for at in (booking, others, closing, certification, longest) if at is not None]

    end = lease_end(Ends(booking, others, closing, certification), longest=longest)

    assert end == (min(known) if known else None)


@pytest.mark.parametrize(
    ("busy_since", "heard_at", "work", "held"),
    [
        (None, NOW, Work.IDLE, False),
        (NOW - HOUR, NOW - SILENT, Work.BUSY, True),
        (NOW - HOUR, NOW - SILENT - SECOND, Work.UNKNOWN, True),
        (NOW - HOUR, NOW - BENEFIT, Work.UNKNOWN, True),
        (NOW - HOUR, NOW - BENEFIT - SECOND, Work.UNKNOWN, False),
        (NOW - MINUTE, None, Work.BUSY, True),
        (NOW - HOUR, None, Work.UNKNOWN, False),
    ],
)
def test_work_is_believed_for_as_long_as_somebody_hears_it(busy_since, heard_at, work, held):
    assert work_of(busy_since, heard_at, now=NOW) is work
    assert is_held(busy_since, heard_at, now=NOW) is held


@pytest.mark.parametrize(
    ("rested_at", "heard_at", "since"),
    [
        (None, None, None),  # no meter: nobody knows
        (None, NOW - SILENT - SECOND, None),
        (None, NOW, NOW - HOUR),
        (NOW - MINUTE, NOW, NOW - MINUTE),
        (NOW - 2 * HOUR, NOW, NOW - HOUR),
    ],
)
def test_idle_is_only_what_a_meter_says(rested_at, heard_at, since):
    assert idle_since(NOW - HOUR, rested_at, heard_at, now=NOW) == since


def test_a_session_with_time_left_goes_on():
    assert go_on(RunFacts(NOW, NOW + HOUR)) == Run(NOW + HOUR)


@pytest.mark.parametrize(
    ("left", "why"), [({"alone": True}, Ending.BUDDY), ({"untaught": True}, Ending.INSTRUCTOR)]
)
def test_who_is_needed_and_leaves_ends_it_after_a_warning(left, why):
    first = go_on(RunFacts(NOW, NOW + HOUR, **left))
    assert first == Run(NOW + WARNING, why, NOW + WARNING)

    later = RunFacts(NOW + MINUTE, NOW + HOUR, ending=why, ending_at=NOW + WARNING, **left)
    assert go_on(later) == first
    over = RunFacts(NOW + WARNING + GRACE + SECOND, NOW + HOUR, ending=why, ending_at=NOW + WARNING, **left)
    assert go_on(over) == Run(NOW + WARNING, why, NOW + WARNING, over=True)


def test_who_comes_back_in_time_ends_the_ending():
    facts = RunFacts(NOW, NOW + HOUR, ending=Ending.BUDDY, ending_at=NOW + MINUTE)

    assert go_on(facts) == Run(NOW + HOUR)


@pytest.mark.parametrize("limit", [None, 10 * MINUTE])
@pytest.mark.parametrize(("idle", "over"), [(9, False), (10, True)])
def test_what_stands_idle_for_its_limit_is_over(idle, over, limit):
    run = go_on(RunFacts(NOW, NOW + HOUR, idle_since=NOW - idle * MINUTE, idle_limit=limit))

    assert run.over is (over and limit is not None)
    assert run.ending == (Ending.IDLE if run.over else "")


facts = st.builds(
    RunFacts,
    st.just(NOW),
    moments.filter(bool),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", *Ending]),
    moments,
    moments,
    st.none() | st.integers(1, 60).map(lambda minutes: minutes * MINUTE),
)


@given(facts)
def test_work_is_never_cut_and_no_lease_grows_by_an_ending(told):
    run = go_on(told)

    assert not (told.held and run.over)
    assert run.lease_until <= told.until
    assert run.over is False or run.ending
