"""One decode for the tests of all families."""

from zoneinfo import ZoneInfo

from firmware_bridge.profiles import find
from firmware_bridge.profiles.base import Read, Reading, Seen, Status
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.clock import SECOND, Arrival
from firmware_bridge.wire.topics import is_device

AT = Arrival(1_795_400_000 * SECOND, ZoneInfo("Europe/Paris"))


def decoded(topic, payload, at=AT, *, memory=None):
    """The events of a message, or None when no family takes it."""
    memory = memory or Memory()
    memory.names.forget_told()
    found = find(topic, payload, memory)
    if found is None:
        return None
    profile, place = found
    events = list(profile.decode(place, payload, at, memory))
    for event in events:
        memory.names.settle(getattr(event, "device", ""))
    return events


def assert_fit(events):
    """Every event can be stored."""
    for event in events or ():
        if isinstance(event, Reading | Read | Status | Seen):
            assert is_device(event.device), event
        if isinstance(event, Reading):
            assert 0 < len(event.channel) <= 80
            assert len(event.unit) <= 16
            assert -(2**63) <= event.at < 2**63
            assert isinstance(event.value, float | str)
        if isinstance(event, Read):
            assert 0 <= event.antenna < 2**31
            assert 1 <= event.count < 2**31
