"""Screens wait while readers are busy, never for long, and are told once of several passages."""

import pytest

from booking.checkin import Decision
from booking.rules.taps import Reason
from firmware_bridge.doors.screens import LATEST, QUIET, Screens

FIRST, SECOND = Decision("unlock", Reason.WELCOME, "A"), Decision("unlock", Reason.GOODBYE, "B")


class Hall:
    """Screens with a clock of its own, and what they were shown."""

    def __init__(self) -> None:
        self.at, self.shown = 100.0, []
        self.screens = Screens(lambda told, _now: self.shown.append(list(told)), clock=lambda: self.at)

    def wait(self, seconds: float) -> None:
        self.at += seconds
        self.screens.step()


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_a_passage_is_shown_once_the_readers_rest(hall):
    hall.screens.note(FIRST)
    hall.wait(QUIET / 2)
    hall.wait(QUIET / 2)
    hall.wait(QUIET)

    assert hall.shown == [[FIRST]]


def test_passages_that_follow_each_other_make_one_picture(hall):
    hall.screens.note(FIRST)
    hall.wait(QUIET / 2)
    hall.screens.note(SECOND)
    hall.wait(QUIET)

    assert hall.shown == [[FIRST, SECOND]]


def test_screens_wait_a_quarter_of_a_second_at_most(hall):
    for _ in range(int(LATEST / QUIET * 2)):
        hall.screens.note(FIRST)
        early = hall.screens.late
        hall.at += QUIET / 2

    assert (early, hall.screens.late, hall.at) == (False, True, pytest.approx(100 + LATEST))


def test_whoever_can_not_be_shown_keeps_nobody_back(hall):
    shown = []

    def show(told, _now):
        shown.append(list(told))
        if told == [FIRST]:
            raise OSError("no broker")

    screens = Screens(show, clock=lambda: hall.at)
    screens.note(FIRST)
    hall.at += QUIET
    screens.step()
    screens.note(SECOND)
    hall.at += QUIET
    screens.step()

    assert shown == [[FIRST], [SECOND]]
