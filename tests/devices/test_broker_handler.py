"""What waits in amqtt for a client has an end, in number and in bytes."""

import pytest
from amqtt.session import Session

from devices.broker import handler
from devices.broker.handler import waiting_for


@pytest.fixture(autouse=True)
def little_room(monkeypatch):
    monkeypatch.setattr(handler, "MOST_MESSAGES", 3)
    monkeypatch.setattr(handler, "MOST_BYTES", 10)


@pytest.mark.parametrize(
    ("sizes", "taken"),
    [([1, 1, 1, 1], [True, True, True, False]), ([4, 7, 6], [True, False, True]), ([11], [False])],
)
def test_what_finds_no_room_is_dropped_and_counted(sizes, taken):
    waiting = waiting_for(Session())

    assert [waiting.take(size, "telemetry") for size in sizes] == taken
    assert waiting.dropped == taken.count(False)


def test_what_was_answered_makes_room():
    session = Session()
    for _ in range(3):
        waiting_for(session).take(3, "telemetry")

    waiting_for(session).done(3)

    assert waiting_for(session).take(4, "telemetry")
