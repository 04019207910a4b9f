"""Nobody waits long behind a device that floods."""

from firmware_bridge.doors.turns import Turns
from tests.firmware_bridge.messages import message


def tap(device, number, **options):
    return message(f"fablab/v1/{device}/tap", b"%d" % number, **options)


def drained(turns):
    return [(found.topic.split("/")[2], int(found.payload)) for found in iter(turns.next, None)]


def test_devices_take_turns_and_each_keeps_its_own_order():
    turns = Turns()

    assert list(turns.admit([tap("door-1", n) for n in range(3)])) == []
    assert list(turns.admit([tap("door-2", 0), tap("door-3", 0), tap("door-2", 1)])) == []

    assert drained(turns) == [
        ("door-1", 0),
        ("door-2", 0),
        ("door-3", 0),
        ("door-1", 1),
        ("door-2", 1),
        ("door-1", 2),
    ]
    assert not turns


def test_what_is_too_much_of_one_device_comes_back_at_once():
    turns = Turns(most=2)
    many = [tap("door-1", n) for n in range(4)]

    assert list(turns.admit([*many, tap("door-2", 0)])) == many[2:]
    assert drained(turns) == [("door-1", 0), ("door-2", 0), ("door-1", 1)]


def test_what_the_broker_delivers_again_finds_room():
    turns = Turns(most=1)

    assert list(turns.admit([tap("door-1", 0), tap("door-1", 1, dup=True)])) == []
    assert drained(turns) == [("door-1", 0), ("door-1", 1)]


def test_whether_a_device_has_something_here_is_known():
    turns = Turns()
    list(turns.admit([tap("door-1", 0)]))

    assert turns.waits("fablab/v1/door-1/tap")
    assert not turns.waits("fablab/v1/door-2/tap")
    turns.next()
    assert not turns.waits("fablab/v1/door-1/tap")
