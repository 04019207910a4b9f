"""The one word on a resource's card."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rules.states import Picture, ResourceState, StateFacts, picture
from lab.spans import Span

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CLOSING = NOW + 8 * 60 * MINUTE
HOUR = Span(NOW - 30 * MINUTE, NOW + 30 * MINUTE)
ENDING = Span(NOW - 50 * MINUTE, NOW + 10 * MINUTE)
State = ResourceState


def facts(**known) -> StateFacts:
    return StateFacts(**{"now": NOW, "open_until": CLOSING, **known})


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, Picture(State.FREE, CLOSING, 1)),
        ({"next_start": NOW + 5 * MINUTE}, Picture(State.FREE, NOW + 5 * MINUTE, 1)),
        ({"next_start": CLOSING + MINUTE}, Picture(State.FREE, CLOSING, 1)),
        ({"units": 8, "next_start": NOW + 5 * MINUTE}, Picture(State.FREE, CLOSING, 8)),
        ({"units": 8, "claims_now": (HOUR, ENDING)}, Picture(State.FREE, CLOSING, 6)),
        ({"units": 2, "claims_now": (HOUR, ENDING)}, Picture(State.RESERVED, ENDING.end, 0)),
        ({"claims_now": (HOUR,)}, Picture(State.RESERVED, HOUR.end, 0)),
        ({"claims_now": (HOUR,), "in_session": True}, Picture(State.IN_USE, HOUR.end, 0)),
        ({"claims_now": (HOUR,), "in_session": True, "busy": True}, Picture(State.IN_USE, HOUR.end, 0)),
        ({"claims_now": (HOUR,), "in_session": True, "busy": False}, Picture(State.IDLE, HOUR.end, 0)),
        ({"claims_now": (ENDING,), "in_session": True}, Picture(State.FINISHING, ENDING.end, 0)),
        ({"in_session": True}, Picture(State.IN_USE, None, 0)),
        ({"in_session": True, "open": False}, Picture(State.IN_USE, None, 0)),
        ({"down": True, "in_session": True}, Picture(State.OUT_OF_ORDER, None, 0)),
        ({"open": False, "opens_at": CLOSING}, Picture(State.CLOSED, CLOSING, 0)),
        ({"offline": True}, Picture(State.OFFLINE, None, 1)),
        ({"offline": True, "in_session": True}, Picture(State.IN_USE, None, 0)),
        ({"open_until": None}, Picture(State.FREE, None, 1)),
        (
            {"open_until": None, "next_start": CLOSING},
            Picture(State.FREE, CLOSING, 1),
        ),
    ],
)
def test_each_state_has_its_facts(known, expected):
    assert picture(facts(**known)) == expected


spans = st.builds(lambda n: Span(NOW - MINUTE, NOW + n * MINUTE), st.integers(1, 99))


@given(st.integers(1, 9), st.lists(spans, max_size=9).map(tuple), st.booleans(), st.booleans(), st.booleans())
def test_no_more_units_are_free_than_there_are(units, claims, in_session, down, offline):
    found = picture(facts(units=units, claims_now=claims, in_session=in_session, down=down, offline=offline))

    assert 0 <= found.units_free <= units
    assert found.state is not State.FREE or found.units_free > 0
