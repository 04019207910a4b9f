"""Messages as a link hands them over."""

import json
import time

from firmware_bridge.links.dialling import Message

ARRIVED = 1_795_400_000_000_000_000


def message(topic="fablab/v1/plug-1/readings", payload=b"", *, arrived=ARRIVED, **options):
    """A QoS 1 message; a payload that isn't bytes becomes JSON."""
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    plain = {"qos": 1, "retain": False, "dup": False, "mid": 1, "epoch": 1, "waited": False}
    return Message(topic, raw, arrived=arrived, **(plain | options))


def live(topic, payload, **options):
    return message(topic, payload, arrived=time.time_ns(), **options)
