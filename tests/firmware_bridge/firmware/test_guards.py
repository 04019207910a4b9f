"""Timers on this side of the network: a lock that falls shut, and power that ends, but never mid-job."""

import pytest
from reader.guards import Door, Machine


class Board:
    """A relay, a machine and an uptime that the tests turn."""

    up, on, works = 0, None, False

    def uptime(self):
        return self.up

    def relay(self, on):
        self.on = on

    def busy(self):
        return self.works


@pytest.fixture
def board():
    return Board()


def after(board, guard, seconds):
    board.up += seconds * 1000
    changed = guard.tick()
    return board.on, changed


def test_a_reader_begins_shut_and_off(board):
    Door(board)
    assert board.on is False
    board.on = None
    Machine(board)
    assert board.on is False


def test_a_door_locks_when_its_seconds_are_over(board):
    door = Door(board)
    door.unlock(5)

    assert board.on is True
    assert [after(board, door, seconds) for seconds in (4, 1, 1)] == [
        (True, False),
        (False, True),
        (False, False),
    ]


def test_nobody_unlocks_a_door_for_longer_than_a_minute(board):
    door = Door(board)
    door.unlock(86_400)

    assert after(board, door, 60) == (False, True)


def test_a_second_tap_begins_the_seconds_anew(board):
    door = Door(board)
    door.unlock(5)
    after(board, door, 4)
    door.unlock(5)

    assert [after(board, door, seconds)[0] for seconds in (4, 1)] == [True, False]


def test_a_machine_s_lease_ends(board):
    machine = Machine(board)
    machine.start(900, "alice")

    assert (machine.who, machine.left()) == ("alice", 900)
    assert [after(board, machine, seconds) for seconds in (899, 1)] == [(True, False), (False, True)]
    assert (machine.who, machine.left()) == (None, 0)


def test_a_lease_is_renewed_while_it_runs_and_begins_nothing(board):
    machine = Machine(board)
    assert machine.renew(900) is False
    assert board.on is False

    machine.start(900, "alice")
    after(board, machine, 600)
    assert machine.renew(900) is True
    assert after(board, machine, 899)[0] is True


def test_a_job_is_never_cut(board):
    machine = Machine(board)
    machine.start(60, "alice")
    board.works = True

    assert after(board, machine, 60) == (True, True)  # it says that it holds
    assert machine.holding
    assert after(board, machine, 3600) == (True, False)
    board.works = False
    assert after(board, machine, 0.1) == (False, True)
    assert not machine.holding


def test_off_is_off_at_once_or_when_the_work_is_done(board):
    machine = Machine(board)
    machine.start(3600, "alice")
    board.works = True

    assert machine.stop() is False
    assert after(board, machine, 1)[0] is True
    board.works = False
    assert after(board, machine, 1)[0] is False
    machine.start(3600, "bob")
    assert machine.stop() is True
    assert board.on is False


def test_a_renewal_takes_back_what_was_to_be_switched_off(board):
    machine = Machine(board)
    machine.start(60, "alice")
    board.works = True
    machine.stop()
    machine.renew(900)
    board.works = False

    assert after(board, machine, 1) == (True, False)
    assert machine.facts() == {"relay": 1, "lease": 899, "busy": 0}
