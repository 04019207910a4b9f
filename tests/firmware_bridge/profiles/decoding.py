"""One decode for the tests of all families."""

from zoneinfo import ZoneInfo

from firmware_bridge.profiles import find
from firmware_bridge.wire.clock import SECOND, Arrival

AT = Arrival(1_795_400_000 * SECOND, ZoneInfo("Europe/Paris"))


def decoded(topic, payload, at=AT):
    """The events of a message, or None when no family takes it."""
    found = find(topic, payload)
    if found is None:
        return None
    profile, place = found
    return list(profile.decode(place, payload, at))
