"""The device families: a recorded topic, what was heard before, and any payload on it; and any topic."""

from collections.abc import Iterator

from firmware_bridge.profiles import mapping
from firmware_bridge.profiles.base import Heard
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire import protobuf, sparkplug
from firmware_bridge.wire.payload import BadPayload
from tests.firmware_bridge.profiles.decoding import AT, assert_fit, decoded
from tests.firmware_bridge.profiles.recorded import RECORDED
from tests.fuzz.decoders import Decoder, no_longer, refused

MAPPING = {
    "topic": "lab/{device}/state",
    "at": "time",
    "channels": [
        {"key": "power", "path": "a.b[0]", "unit": "kW"},
        {"key": "door", "path": '["odd key"].x', "states": {"open": 1, "*": 0}},
        {"key": "all", "path": "$", "unit": ""},
    ],
}
MAPPED = b'{"time":"2026-11-23T10:00:00Z","a":{"b":["1.5"]},"odd key":{"x":"open"}}'


def decoders() -> Iterator[Decoder]:
    families = dict.fromkeys(row[0] for row in RECORDED)
    for family in families:
        rows = [row for row in RECORDED if row[0] == family][:250]
        seeds = tuple(bytes([number]) + row[2] for number, row in enumerate(rows))
        yield Decoder(family, refused(_of(rows), BadPayload), seeds)
    seeds = tuple(row[1].encode() + b"\0" + row[2] for row in RECORDED[::3])
    yield Decoder("any topic", refused(anywhere, BadPayload), seeds)
    yield Decoder("mapping", refused(mapped, BadPayload), (MAPPED, b"12.5"))
    yield Decoder("protobuf", refused(fields, BadPayload), (bytes.fromhex("089601120774657374696e67"),))
    births = tuple(row[2] for row in RECORDED if row[0] == "sparkplug")
    yield Decoder("sparkplug report", refused(metrics, BadPayload), births)


def _of(rows):
    def run(payload: bytes) -> None:
        """The first byte picks the topic."""
        if payload:
            _, topic, _, before = rows[payload[0] % len(rows)]
            hear(topic, payload[1:], before)

    return run


def anywhere(payload: bytes) -> None:
    """A topic, a zero byte, its payload; heard twice, since the first may explain the second."""
    topic, _, told = payload.partition(b"\0")
    name = topic.decode(errors="replace")
    hear(name, told, [(name, told)])


def hear(topic: str, payload: bytes, before) -> None:
    memory = Memory()
    for earlier in before:
        try:
            decoded(*earlier, memory=memory)
        except BadPayload:
            return
    events = decoded(topic, payload, memory=memory) or []
    assert_fit(events)
    no_longer(events, payload, times=64, room=65_536)


def mapped(payload: bytes) -> None:
    memory = Memory()
    memory.mappings = (mapping.compiled(MAPPING),)
    place = mapping.PROFILE.place(Heard("lab/a/state", payload), memory)
    assert place is not None
    events = list(mapping.PROFILE.decode(place, payload, AT, memory))
    assert_fit(events)
    no_longer(events, payload, times=64)


def fields(payload: bytes) -> None:
    no_longer(list(protobuf.fields(payload)), payload)


def metrics(payload: bytes) -> None:
    for metric in sparkplug.report(payload).metrics:
        for datatype in range(40):
            refused(lambda _, told=metric, kind=datatype: told.value(kind), BadPayload)(b"")
