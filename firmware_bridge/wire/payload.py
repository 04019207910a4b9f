"""Strict JSON: one exception for whatever a wire can bring, and checks that name what is wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import msgspec

LARGEST = 64 * 1024
_decode = msgspec.json.Decoder().decode

Value = float | str


class BadPayload(ValueError):
    """A message that can't be decoded; `reason` is what the dead letters tell."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse(payload: bytes) -> Any:
    """The JSON value of at most 64 KiB of UTF-8; NaN, Infinity and 1e400 are not JSON.

    Raises:
        BadPayload: for anything else, too deep nesting included.
    """
    if len(payload) > LARGEST:
        raise BadPayload(f"larger than {LARGEST} bytes")
    try:
        return _decode(payload)
    except UnicodeDecodeError:
        raise BadPayload("not UTF-8") from None
    except RecursionError:
        raise BadPayload("nested too deeply") from None
    except msgspec.ValidationError:
        raise BadPayload("a number is out of range") from None
    except msgspec.DecodeError:
        raise BadPayload("not JSON") from None


def parse_object(payload: bytes) -> dict[str, Any]:
    value = parse(payload)
    if type(value) is not dict:
        raise BadPayload("not a JSON object")
    return value


def number(value: Any, name: str) -> float:
    """A finite number; `true` is none."""
    if type(value) is not float and type(value) is not int:
        raise BadPayload(f"{name} is not a number")
    try:
        found = float(value)
    except OverflowError:
        raise BadPayload(f"{name} is out of range") from None
    if not math.isfinite(found):
        raise BadPayload(f"{name} is out of range")
    return found


def text(value: Any, name: str, *, most: int, least: int = 1) -> str:
    """Printable text of `least` to `most` characters: no line breaks, no NUL."""
    if type(value) is not str:
        raise BadPayload(f"{name} is not text")
    if not least <= len(value) <= most:
        raise BadPayload(f"{name} has not {least} to {most} characters")
    if not value.isprintable():
        raise BadPayload(f"{name} has characters that can't be shown")
    return value


def optional_number(facts: Mapping[str, Any], name: str) -> float | None:
    value = facts.get(name)
    return None if value is None else number(value, name)


def optional_text(facts: Mapping[str, Any], name: str, *, most: int) -> str:
    value = facts.get(name)
    return "" if value is None else text(value, name, most=most, least=0)


def flag(value: Any, name: str) -> bool:
    if type(value) is not bool:
        raise BadPayload(f"{name} is not true or false")
    return value
