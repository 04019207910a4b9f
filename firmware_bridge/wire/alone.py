"""What a reader decided while the server was away: a log whose spoilt events don't spoil the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from firmware_bridge.wire.payload import BadPayload, optional_number, optional_text, parse_object, text

MOST_EVENTS = 2_000
LONGEST_LEASE = 7 * 86_400.0


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One passage; `at` is the reader's own time, `lease` for how many seconds a machine was switched on.

    `sure` tells that the reader had not lost its clock: else it was not before `at`.
    """

    uid: str | None = field(repr=False)
    nonce: str
    at: float | None
    granted: bool
    reason: str
    list: int | None
    lease: float | None = None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Log:
    """`id` is to be told back once the events are kept, `now` is the reader's clock while it sends them.

    `spoilt` are (payload of its own, reason) for each event that can't be read.
    """

    id: str
    now: float | None
    events: tuple[LogEvent, ...]
    spoilt: tuple[tuple[bytes, str], ...] = ()


def log(payload: bytes) -> Log:
    """A reader's log.

    Raises:
        BadPayload: it has no list of events at all.
    """
    facts = parse_object(payload)
    told = facts.get("events")
    if type(told) is not list or len(told) > MOST_EVENTS:
        raise BadPayload(f"events is not a list of at most {MOST_EVENTS}")
    events, spoilt = [], []
    for one in told:
        try:
            events.append(_event(one))
        except BadPayload as bad:
            spoilt.append((msgspec.json.encode({"events": [one]}), bad.reason))
    number, now = optional_text(facts, "id", most=64), optional_number(facts, "now")
    return Log(number, now, tuple(events), tuple(spoilt))


def _event(facts: Any) -> LogEvent:
    if type(facts) is not dict:
        raise BadPayload("an event is not an object")
    verdict = facts.get("verdict")
    if verdict not in ("granted", "refused"):
        raise BadPayload("verdict is not granted or refused")
    version, lease = optional_number(facts, "list"), optional_number(facts, "lease")
    return LogEvent(
        uid=optional_text(facts, "uid", most=64) or None,
        nonce=text(facts.get("nonce"), "nonce", most=64),
        at=optional_number(facts, "at"),
        granted=verdict == "granted",
        reason=optional_text(facts, "reason", most=40),
        list=None if version is None else int(version),
        lease=None if lease is None else min(max(lease, 0.0), LONGEST_LEASE),
        sure=facts.get("clock") != "lost",
    )
