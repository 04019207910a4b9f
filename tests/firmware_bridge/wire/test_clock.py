"""Which clock is believed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.wire.clock import SECOND, Arrival, Instant, judge, judge_naive

NOW = 1_795_400_000 * SECOND
PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("claimed", "by_device"),
    [
        (1_795_400_000.25, True),
        (1_795_399_000.0, True),  # waited a quarter of an hour for its connection
        (1_795_400_059.0, True),  # a little ahead
        (1_795_400_061.0, False),
        (1_795_400_000.0 - 40 * 86_400, False),
        (12.5, False),  # seconds since boot
        (0.0, False),
        (-1e308, False),
        (1e308, False),
        (None, False),
    ],
)
def test_a_device_is_believed_when_its_time_can_be_true(claimed, by_device):
    expected = round(claimed * 1e6) * 1000 if by_device else NOW

    assert judge(claimed, NOW) == Instant(expected, by_device)


def test_a_quarter_of_a_second_survives():
    assert judge(1_795_400_000.25, NOW).ns == 1_795_400_000_250_000_000


ARRIVAL = Arrival(round(datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC).timestamp()) * SECOND, PARIS)


@pytest.mark.parametrize(
    ("claimed", "by_device"),
    [
        ("2026-07-01T13:59:58", False),  # fresh: the arrival tells more than whole seconds
        ("2026-07-01T11:59:59", False),  # it counts UTC
        ("2026-07-01T12:59:59", False),  # its owner never set summer time
        ("2026-07-01T13:22:10", True),  # waited 38 minutes in a queue
        ("2026-06-20T08:00:07", True),
        ("1970-01-01T00:00:41", False),
        ("2026-07-01T14:07:00", False),  # seven minutes ahead is wrong
        ("2026-07-01", False),
        ("9999-99-99T99:99:99", False),
        (1782900000, False),
        (None, False),
    ],
)
def test_naive_time_is_believed_only_after_a_wait(claimed, by_device):
    assert judge_naive(claimed, ARRIVAL).by_device is by_device


def test_naive_time_is_the_labs():
    told = datetime(2026, 7, 1, 13, 22, 10, tzinfo=PARIS)

    assert judge_naive("2026-07-01T13:22:10", ARRIVAL).ns == round(told.timestamp()) * SECOND


@given(claimed=st.floats() | st.none(), text=st.text(max_size=30))
def test_no_claim_breaks_the_judge(claimed, text):
    for instant in (judge(claimed, NOW), judge_naive(text, ARRIVAL)):
        assert instant.by_device or instant.ns in (NOW, ARRIVAL.ns)
