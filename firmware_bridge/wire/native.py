"""Version 1 of our own protocol, device → server: one strict parser a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from firmware_bridge.wire.payload import (
    BadPayload,
    Value,
    flag,
    number,
    optional_number,
    optional_text,
    parse,
    parse_object,
    text,
)

MOST_CHANNELS = 256
MOST_COUNTED = 1 << 31
LONGEST_KEY = 64
LONGEST_TEXT = 1_000
LONGEST_UNIT = 16

_PROFILE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){4,64}")


@dataclass(frozen=True, slots=True)
class Hello:
    """What a device says of itself; `channels` are (key, unit)."""

    profile: str
    firmware: str
    channels: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sun:
    """Secure unique NFC message of an NTAG 424 DNA."""

    picc: bytes
    cmac: bytes


@dataclass(frozen=True, slots=True)
class Tap:
    """A badge met a reader. Its UID is kept out of every representation."""

    uid: str | None = field(repr=False)
    nonce: str
    at: float | None
    sun: Sun | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Ack:
    """A device tells what became of a command; a reader also which list it holds and what waits in it."""

    id: str
    ok: bool
    state: str
    at: float | None = None
    list: int | None = None
    pending: int | None = None


def hello(payload: bytes) -> Hello:
    facts = parse_object(payload)
    profile = optional_text(facts, "profile", most=40) or "native"
    if not _PROFILE.fullmatch(profile):
        raise BadPayload("profile is not a name in lower case")
    declared = facts.get("channels") or []
    if type(declared) is not list or len(declared) > MOST_CHANNELS:
        raise BadPayload(f"channels is not a list of at most {MOST_CHANNELS}")
    return Hello(profile, optional_text(facts, "firmware", most=80), tuple(map(_channel, declared)))


def _channel(declared: Any) -> tuple[str, str]:
    if type(declared) is not dict:
        raise BadPayload("a channel is not an object")
    key = text(declared.get("key"), "a channel's key", most=LONGEST_KEY)
    return key, optional_text(declared, "unit", most=LONGEST_UNIT)


def status(payload: bytes) -> bool:
    """Whether the device is online."""
    if payload not in (b"online", b"offline"):
        raise BadPayload("status is not online or offline")
    return payload == b"online"


def readings(payload: bytes) -> Iterator[tuple[float | None, list[tuple[str, Value]]]]:
    """(claimed Unix time or None, [(channel, value)…]) of each object in the message.

    `true` and `false` are 1 and 0: a relay's mean over an hour is then the share that it was on. `null` is no
    value, and absent is not zero. One bad value spoils the message, which the dead letters keep whole.
    """
    found = parse(payload)
    for facts in found if type(found) is list else (found,):
        if type(facts) is not dict:
            raise BadPayload("a reading is not an object")
        claimed = facts.pop("at", None)
        if not facts:
            raise BadPayload("a reading without a channel")
        if len(facts) > MOST_CHANNELS:
            raise BadPayload(f"more than {MOST_CHANNELS} channels")
        at = None if claimed is None else number(claimed, "at")
        yield at, [(key, _value(key, value)) for key, value in facts.items() if value is not None]


def _value(key: str, value: Any) -> Value:
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        raise BadPayload("a channel's key is empty, too long or can't be shown")
    kind = type(value)
    if kind is float:
        return value  # type: ignore[no-any-return]
    if kind is bool:
        return 1.0 if value else 0.0
    if kind is str:
        return text(value, key, most=LONGEST_TEXT, least=0)
    if kind is int:
        return number(value, key)
    raise BadPayload(f"{key} is not one value")


def tap(payload: bytes) -> Tap:
    facts = parse_object(payload)
    uid = text(facts.get("uid"), "uid", most=64)
    return Tap(uid, _nonce(facts), optional_number(facts, "at"), _sun(facts.get("sun")))


def nonce_of(payload: bytes) -> str | None:
    """The nonce of a tap that is otherwise broken, so that the reader gets its refusal."""
    try:
        return _nonce(parse_object(payload))
    except BadPayload:
        return None


def _nonce(facts: dict[str, Any]) -> str:
    return text(facts.get("nonce"), "nonce", most=64)


def _sun(facts: Any) -> Sun | None:
    if facts is None:
        return None
    if type(facts) is not dict:
        raise BadPayload("sun is not an object")
    return Sun(_hex(facts.get("picc"), "picc"), _hex(facts.get("cmac"), "cmac"))


def _hex(value: Any, name: str) -> bytes:
    if type(value) is not str or not _HEX.fullmatch(value):
        raise BadPayload(f"{name} is not hex")
    return bytes.fromhex(value)


def ack(payload: bytes) -> Ack:
    facts = parse_object(payload)
    command = text(facts.get("id"), "id", most=64)
    return Ack(
        id=command,
        ok=flag(facts.get("ok"), "ok"),
        state=optional_text(facts, "state", most=40),
        at=optional_number(facts, "at"),
        list=_count(facts, "list"),
        pending=_count(facts, "pending"),
    )


def _count(facts: dict[str, Any], name: str) -> int | None:
    counted = optional_number(facts, name)
    if counted is not None and not 0 <= counted < MOST_COUNTED:
        raise BadPayload(f"{name} is out of range")
    return None if counted is None else int(counted)
