"""GRBL 1.1's answer to `?`: `<Run|MPos:0.000,0.000,0.000|FS:500,8000>`, fields in any order.

Source: GRBL 1.1, "Interface", real-time status reports; grblHAL adds the state Tool.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from firmware_bridge.wire.payload import BadPayload

BAUD = 115_200
ASK = b"?"
LONGEST = 256
AXES = ("x", "y", "z", "a", "b", "c")
# What the controller says → what a machine's state is called everywhere.
STATES = {
    "Idle": "idle",
    "Run": "busy",
    "Jog": "busy",
    "Home": "busy",
    "Hold": "paused",
    "Door": "paused",
    "Tool": "paused",
    "Alarm": "failed",
    "Check": "idle",
    "Sleep": "idle",
}

_NUMBER = re.compile(r"-?[0-9]{1,7}(?:\.[0-9]{1,6})?")
_WELCOME = re.compile(r"Grbl(?:HAL)? ([0-9][0-9A-Za-z.]{0,15})")

Numbers = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """`state` is the house's word, `said` the controller's; mm, mm/min and turns a minute."""

    state: str
    said: str
    machine: Numbers | None = None
    work: Numbers | None = None
    offset: Numbers | None = None
    feed: float | None = None
    speed: float | None = None


def report(line: str) -> Report | None:
    """The report in a line; None for a line that is none, such as `ok` or `[MSG:…]`.

    Raises:
        BadPayload: it begins as a report and can't be read.
    """
    if not line.startswith("<"):
        return None
    if not line.endswith(">"):
        raise BadPayload("a report without an end")
    said, *rest = line[1:-1].split("|")
    state = STATES.get(said.partition(":")[0])
    if state is None or not re.fullmatch(r"[A-Za-z]+(?::[0-9])?", said):
        raise BadPayload("a state that GRBL does not have")
    fields = dict(_field(each) for each in rest)
    feed = fields.get("FS") or fields.get("F") or (None,)
    return Report(
        state,
        said,
        machine=fields.get("MPos"),
        work=fields.get("WPos"),
        offset=fields.get("WCO"),
        feed=feed[0],
        speed=feed[1] if len(feed) > 1 else None,
    )


def version(line: str) -> str:
    """What the greeting after a reset tells; empty for any other line."""
    found = _WELCOME.match(line)
    return found[1] if found else ""


def _field(text: str) -> tuple[str, Numbers | None]:
    name, _, value = text.partition(":")
    if name not in ("MPos", "WPos", "WCO", "FS", "F"):
        return name, None
    parts = value.split(",")
    if len(parts) > len(AXES) or not all(_NUMBER.fullmatch(part) for part in parts):
        raise BadPayload(f"{name} is not numbers")
    return name, tuple(map(float, parts))
