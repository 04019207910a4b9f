"""The reader's clock: steps are judged, drift is taken out, and time never begins again at nought."""

import asyncio
import time

import pytest
from reader import clock as clocks
from reader.clock import Clock

from tests.firmware_bridge.firmware.time_server import time_server

HOUR = 3_600_000
NOON = 1_795_400_000_000


class Board:
    """An uptime that the tests turn."""

    up = 5_000

    def uptime(self):
        return self.up


@pytest.fixture
def board():
    return Board()


@pytest.fixture
def clock(board, tmp_path):
    return Clock(board.uptime, str(tmp_path))


def test_a_clock_that_nobody_set_is_not_trusted(clock):
    assert (clock.trusted, clock.stamp()) == (False, None)


def test_a_server_s_time_goes_on_with_the_uptime(board, clock):
    assert clock.set(NOON)
    board.up += 90_000

    assert (clock.now_ms(), clock.now(), clock.trusted) == (NOON + 90_000, NOON // 1000 + 90, True)


def test_a_jump_is_believed_when_it_is_told_twice(board, clock):
    clock.set(NOON)
    board.up += 1_000
    assert not clock.set(NOON + HOUR)
    assert clock.now_ms() == NOON + 1_000

    assert clock.set(NOON + HOUR)
    assert clock.now_ms() == NOON + HOUR


def test_two_different_jumps_are_believed_by_nobody(clock):
    clock.set(NOON)

    assert [clock.set(NOON + HOUR * number) for number in (1, 2, 3)] == [False, False, False]
    assert clock.now_ms() == NOON


def test_drift_is_taken_out_of_what_happened_between_two_answers(board, clock):
    clock.set(NOON)
    board.up += 12 * HOUR
    happened = board.up
    board.up += 12 * HOUR
    clock.set(NOON + 24 * HOUR + 4_320)  # 50 parts per million slow

    assert clock.drift == 50
    assert abs(clock.when(happened) - (NOON + 12 * HOUR + 2_160)) < 10


def test_what_is_too_much_for_drift_is_none(board, clock):
    clock.set(NOON)
    board.up += 2 * HOUR
    clock.set(NOON + 2 * HOUR + 4_900)

    assert clock.drift == 0


def test_what_was_timed_by_a_lost_clock_is_timed_by_the_uptime_once_it_is_found(board, clock):
    happened = board.up
    board.up += HOUR
    clock.set(NOON)

    assert clock.when(happened) == NOON - HOUR


def test_a_stamp_is_good_for_some_hours(board, clock):
    clock.set(NOON)
    assert clock.stamp() == NOON
    board.up += 6 * HOUR

    assert clock.stamp() is None
    assert clock.trusted


def test_after_a_power_cut_it_is_not_earlier_than_before(board, clock, tmp_path):
    clock.set(NOON)
    board.up += 11 * 60_000
    clock.keep()

    again = Clock(Board().uptime, str(tmp_path))

    assert (again.now_ms(), again.trusted) == (NOON + 11 * 60_000, False)


def test_something_signed_tells_that_it_is_not_earlier(board, clock):
    clock.not_before(NOON // 1000)
    assert (clock.now_ms(), clock.trusted) == (NOON, False)

    clock.not_before(NOON // 1000 - 60)
    assert clock.now_ms() == NOON
    clock.set(NOON - HOUR)
    clock.not_before(NOON // 1000)
    assert clock.now_ms() == NOON - HOUR  # a time server's word goes before


@pytest.fixture
def ticks(monkeypatch):
    """What MicroPython's `time` has beside Python's."""
    monkeypatch.setattr(time, "ticks_ms", lambda: int(time.monotonic() * 1000), raising=False)
    monkeypatch.setattr(time, "ticks_diff", lambda new, old: new - old, raising=False)


def asked(patience=60_000, **options):
    with time_server(**options) as server:
        return asyncio.run(clocks.ask(server.address, patience))


@pytest.mark.parametrize("unix", [1_795_400_000.25, 2_085_978_496.5, 4_102_444_800.75])
def test_a_time_server_is_asked(ticks, unix):
    began = time.monotonic()
    found = asked(unix=unix)

    # Half of the way there and back is added: no more than half of what all of this took.
    assert -1 <= found - unix * 1000 <= (time.monotonic() - began) * 500 + 1


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: answer[:40],
        lambda answer: b"",
        lambda answer: answer[:24] + bytes(8) + answer[32:],  # an answer to somebody else
        lambda answer: b"\x23" + answer[1:],  # a client's
        lambda answer: answer[:1] + b"\x00" + answer[2:],  # a kiss of death
        lambda answer: answer[:1] + b"\x10" + answer[2:],  # not set itself
    ],
)
def test_an_answer_that_is_none_is_not_taken(ticks, change):
    assert asked(100, unix=NOON / 1000, change=change) is None


def test_nobody_there_is_no_time(ticks):
    assert asyncio.run(clocks.ask(("127.0.0.1", 9), 50)) is None
