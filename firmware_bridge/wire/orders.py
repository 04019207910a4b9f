"""Server → device, as a device reads it: one strict parser for whoever obeys commands."""

from __future__ import annotations

from dataclasses import dataclass

from firmware_bridge.wire.payload import (
    BadPayload,
    flag,
    number,
    optional_number,
    optional_text,
    parse_object,
    text,
)

LONGEST_UNLOCK = 600
LONGEST_LEASE = 7 * 86_400


@dataclass(frozen=True, slots=True)
class Order:
    """`seconds` is how long a bolt stays open or a lease runs; `expires` is Unix seconds."""

    id: str
    do: str
    nonce: str = ""
    seconds: float = 0.0
    on: bool = False
    reason: str = ""
    text: str = ""
    expires: float | None = None


def order(payload: bytes) -> Order:
    """
    Raises:
        BadPayload: it is no command that a device may follow.
    """
    facts = parse_object(payload)
    do = text(facts.get("do"), "do", most=20)
    seconds, on = 0.0, False
    if do == "unlock":
        seconds = _seconds(facts.get("seconds"), "seconds", LONGEST_UNLOCK)
    elif do == "relay":
        on = flag(facts.get("on"), "on")
        seconds = _seconds(facts.get("lease", 0), "lease", LONGEST_LEASE)
    elif do not in ("refuse", "restart"):
        raise BadPayload("do is not unlock, relay, refuse or restart")
    return Order(
        id=text(facts.get("id"), "id", most=64),
        do=do,
        nonce=optional_text(facts, "nonce", most=64),
        seconds=seconds,
        on=on,
        reason=optional_text(facts, "reason", most=40),
        text=optional_text(facts, "text", most=200),
        expires=optional_number(facts, "expires"),
    )


def _seconds(value: object, name: str, most: float) -> float:
    found = number(value, name)
    if not 0 <= found <= most:
        raise BadPayload(f"{name} is not within 0 to {most}")
    return found
