"""What is put off is done once, whole, and never lost."""

import threading

from lab.later import Later
from tests.processes import eventually


def test_a_burst_is_done_once_with_all_of_it():
    done: list[set[int]] = []
    later = Later(done.append, pause=1)

    for number in range(20):
        later.add([number, number + 1])

    assert eventually(lambda: done) == [set(range(21))]


def test_what_comes_while_it_is_done_is_done_next():
    done, busy, go_on = [], threading.Event(), threading.Event()

    def act(keys: set[int]) -> None:
        done.append(keys)
        busy.set()
        go_on.wait(60)

    later = Later(act, pause=0)
    later.add([1])
    busy.wait(60)
    later.add([2])
    go_on.set()

    assert eventually(lambda: len(done) == 2)
    assert done == [{1}, {2}]


def test_nothing_is_nothing_and_a_failure_is_not_the_end():
    done: list[set[int]] = []

    def act(keys: set[int]) -> None:
        done.append(keys)
        raise RuntimeError

    later = Later(act, pause=0)
    later.add([])
    later.add([1])
    eventually(lambda: done)
    later.add([2])

    assert eventually(lambda: len(done) == 2)
    assert done == [{1}, {2}]
