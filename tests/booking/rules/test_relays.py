"""What a reader is told of its relay: what is right, when it is not so, and never to start."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rules.leases import LONGEST_LEASE
from booking.rules.relays import HOLD, OFF_FOR, Reported, Wanted, has_to_go_off, is_off, lease_to_tell

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SESSION = Wanted(until=NOW + HOUR, told_until=NOW + HOUR, started_at=NOW - HOUR)
ON = Reported(on=True, at=NOW)


@pytest.mark.parametrize(
    ("wanted", "reported", "told"),
    [
        (SESSION, ON, None),
        (SESSION, replace(ON, until=NOW + HOUR + 10 * SECOND), None),  # a device counts whole seconds
        (SESSION, replace(ON, until=NOW + 30 * MINUTE), NOW + HOUR),  # extended, or it never heard of it
        (SESSION, replace(ON, until=NOW + 2 * HOUR), NOW + HOUR),  # shortened
        (replace(SESSION, told_until=NOW + MINUTE), ON, NOW + HOUR),
        (replace(SESSION, told_until=None), ON, NOW + HOUR),
        (replace(SESSION, until=NOW), ON, None),  # its own timer ends it
        (replace(SESSION, until=NOW, held=True), replace(ON, until=NOW), NOW + HOLD),
        (replace(SESSION, until=NOW, held=True), replace(ON, until=NOW + HOLD / 2), None),
        (replace(SESSION, until=NOW, held=True, warn=True), replace(ON, until=NOW + HOLD / 2), NOW + HOLD),
        (
            replace(SESSION, until=NOW + MINUTE, held=True, warn=True),
            replace(ON, until=NOW + HOUR),
            NOW + HOLD,
        ),
        (replace(SESSION, until=NOW, warn=True), ON, None),
        (replace(SESSION, until=NOW + 40 * HOUR), replace(ON, until=NOW + 7 * HOUR), None),
        (replace(SESSION, until=NOW + 40 * HOUR), replace(ON, until=NOW + 5 * HOUR), NOW + LONGEST_LEASE),
    ],
)
def test_a_relay_that_is_on_is_told_what_is_right(wanted, reported, told):
    assert lease_to_tell(wanted, reported, now=NOW) == told


reports = st.none() | st.builds(
    Reported,
    st.booleans(),
    st.integers(-7200, 0).map(lambda s: NOW + s * SECOND),
    st.none() | st.integers(-600, 90_000).map(lambda s: NOW + s * SECOND),
    st.booleans(),
)
sessions = st.builds(
    Wanted,
    st.integers(-600, 200_000).map(lambda s: NOW + s * SECOND),
    st.none() | st.just(NOW),
    st.just(NOW - HOUR),
    st.booleans(),
    st.none() | st.integers(-1200, 0).map(lambda s: NOW + s * SECOND),
    st.booleans(),
)


@given(sessions, reports)
def test_nothing_starts_by_itself_and_nothing_holds_for_ever(wanted, reported):
    told = lease_to_tell(wanted, reported, now=NOW)

    if told is not None:
        assert reported.on
        assert NOW - reported.at <= 5 * MINUTE
        assert NOW < told <= NOW + LONGEST_LEASE
        assert told <= max(wanted.until, NOW + HOLD)


ENDED = replace(SESSION, ended_at=NOW - MINUTE)


@pytest.mark.parametrize(
    ("wanted", "reported", "off"),
    [
        (ENDED, ON, True),
        (ENDED, None, False),
        (ENDED, replace(ON, on=False), False),
        (ENDED, replace(ON, at=NOW - MINUTE), False),  # said before the end
        (ENDED, replace(ON, alone=True), False),  # it may have begun something new by itself
        (replace(ENDED, ended_at=NOW - OFF_FOR), ON, False),
        (SESSION, ON, False),
    ],
)
def test_a_relay_goes_off_when_its_session_was_ended(wanted, reported, off):
    assert has_to_go_off(wanted, reported, now=NOW) is off


OFF = Reported(on=False, at=NOW)


@pytest.mark.parametrize(
    ("wanted", "reported", "over"),
    [
        (SESSION, OFF, True),  # it lost its power, or never heard that it should be on
        (SESSION, None, False),
        (SESSION, ON, False),
        (SESSION, replace(OFF, at=NOW - HOUR), False),  # from before the session, or as it began
        (SESSION, replace(OFF, at=NOW - 6 * MINUTE), False),  # who knows what it is now
        (replace(SESSION, started_at=NOW - 59 * SECOND), OFF, False),
        (SESSION, replace(OFF, alone=True), False),  # its own passages tell more
        (replace(SESSION, held=True), OFF, False),  # something works there
        (replace(SESSION, until=NOW), OFF, False),  # the lease ended it
        (replace(SESSION, ended_at=NOW - MINUTE), OFF, False),
    ],
)
def test_a_session_whose_reader_is_off_is_over(wanted, reported, over):
    assert is_off(wanted, reported, now=NOW) is over
