"""What a family remembers has an end, and not at the cost of who is in use."""

import pytest

from firmware_bridge.profiles.memory import UNUSED, Memory, Shelf
from firmware_bridge.wire.payload import BadPayload


def test_a_full_shelf_takes_no_more():
    shelf = Shelf(most=2)
    shelf.learn("a", 1, 0)
    shelf.learn("b", 2, 0)

    with pytest.raises(BadPayload):
        shelf.learn("c", 3, UNUSED)
    shelf.learn("a", 4, UNUSED)
    assert (shelf.get("a"), shelf.get("b"), shelf.get("c")) == (4, 2, None)


def test_what_nobody_asked_for_since_an_hour_makes_room():
    shelf = Shelf(most=2)
    shelf.learn("a", 1, 0)
    shelf.learn("b", 2, 0)
    shelf.get("a", UNUSED)

    shelf.learn("c", 3, UNUSED + 1)

    assert (shelf.get("a"), shelf.get("b"), shelf.get("c")) == (1, None, 3)


def test_heavy_facts_count_for_what_they_hold():
    shelf = Shelf(most=10)
    shelf.learn("a", 1, 0, weight=8)

    with pytest.raises(BadPayload):
        shelf.learn("b", 2, 0, weight=3)
    shelf.learn("a", 1, 0, weight=2)
    shelf.learn("b", 2, 0, weight=8)
    shelf.forget("b")
    assert len(shelf) == 1


def test_a_hundred_thousand_strangers_leave_the_known_one_alone():
    shelf = Memory().shelf("homeassistant")
    shelf.learn("known", "fact", 0)
    refused = 0
    for number in range(150_000):
        try:
            shelf.learn(f"stranger {number}", 1, number)
        except BadPayload:
            refused += 1

    assert shelf.get("known") == "fact"
    assert refused == 50_001
