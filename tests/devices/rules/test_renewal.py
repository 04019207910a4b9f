"""Two credentials, and a broker that knows one: a device that is there is never put out for the other one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.rules.renewal import SETTLED, TURN, InForce, Renewal, in_force

SINCE = datetime(2026, 11, 23, 10, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=7)
OLD, NEW, PROVED = InForce.OLD, InForce.NEW, InForce.PROVED


def seconds(count):
    return SINCE + timedelta(seconds=count)


def renewal(online, connected=None, away=None):
    moment = {"connected_at": connected, "away_at": away}
    return Renewal(
        SINCE, UNTIL, online, **{name: None if at is None else seconds(at) for name, at in moment.items()}
    )


@given(st.integers(0, 7 * 86_400 - 1))
def test_a_device_that_stays_keeps_its_old_one_to_the_end(later):
    assert in_force(renewal(True, connected=-600), now=seconds(later)) is OLD


@pytest.mark.parametrize("one", [renewal(True, connected=-600), renewal(False, away=-600)])
def test_the_old_one_ends_at_its_time(one):
    assert in_force(one, now=UNTIL) is PROVED


@pytest.mark.parametrize(("later", "expected"), [(0, OLD), (14, OLD), (15, NEW), (29, NEW), (30, OLD)])
@pytest.mark.parametrize("away", [-600, 0])
def test_while_it_is_away_the_two_take_turns(away, later, expected):
    assert in_force(renewal(False, away=away), now=seconds(later)) is expected


def test_the_turns_begin_when_it_goes():
    gone = renewal(False, connected=-600, away=1_003)

    assert [in_force(gone, now=seconds(now)) for now in (1_003, 1_017, 1_018, 1_033)] == [OLD, OLD, NEW, OLD]


@pytest.mark.parametrize("connected", [1_003, 1_010, 1_040])
def test_who_comes_back_in_the_turn_of_the_old_one_has_it_still(connected):
    back = renewal(True, connected=connected, away=1_003)

    assert in_force(back, now=seconds(connected + 3_600)) is OLD


@pytest.mark.parametrize(("later", "expected"), [(0, NEW), (19, NEW), (20, PROVED), (3_600, PROVED)])
def test_who_comes_back_in_the_turn_of_the_new_one_and_stays_has_proved_it(later, expected):
    back = renewal(True, connected=1_020, away=1_003)

    assert in_force(back, now=seconds(1_020 + later)) is expected


@given(st.integers(0, 600), st.integers(0, 10_000))
def test_a_device_that_is_there_sees_one_credential_until_it_is_proved(came_after, later):
    """Another one in the file would put it out."""
    back = renewal(True, connected=1_000 + came_after, away=1_000)

    first = in_force(back, now=seconds(1_000 + came_after))

    assert in_force(back, now=seconds(1_000 + came_after + later)) in {first, PROVED if first is NEW else OLD}


def test_a_turn_is_longer_than_the_way_of_a_word_and_shorter_than_what_proves():
    assert timedelta(seconds=5) < TURN < SETTLED
