"""Strict JSON: one exception for whatever a wire can bring, and checks that name what is wrong."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

LARGEST = 64 * 1024
# A bridge's list of its devices, a reader's batch; no broker of ours lets more pass.
LARGEST_FOREIGN = 512 * 1024
_decode = msgspec.json.Decoder().decode

Value = float | str

_MARK = re.compile(rb'"(?:[^"\\]|\\.)*+"|[{}\[\]]', re.DOTALL)
_NUMBER = re.compile(r"[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,5})?", re.ASCII)
_BETWEEN = b" \t\r\n,"


class BadPayload(ValueError):
    """A message that can't be decoded; `reason` is what the dead letters tell."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse(payload: bytes, *, most: int = LARGEST) -> Any:
    """The JSON value of at most `most` bytes of UTF-8; NaN, Infinity and 1e400 are not JSON.

    Raises:
        BadPayload: for anything else, too deep nesting included.
    """
    if len(payload) > most:
        raise BadPayload(f"larger than {most} bytes")
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


def parse_object(payload: bytes, *, most: int = LARGEST) -> dict[str, Any]:
    value = parse(payload, most=most)
    if type(value) is not dict:
        raise BadPayload("not a JSON object")
    return value


def parse_objects(payload: bytes, *, most: int = LARGEST_FOREIGN) -> list[dict[str, Any]]:
    """The objects of a message that holds one, an array of them, one a line, or several glued together."""
    if len(payload) > most:
        raise BadPayload(f"larger than {most} bytes")
    try:
        found = parse(payload, most=most)
    except BadPayload:
        found = [parse(piece, most=most) for piece in _pieces(payload)]
        found = [each for value in found for each in (value if type(value) is list else [value])]
    objects = found if type(found) is list else [found]
    if any(type(each) is not dict for each in objects):
        raise BadPayload("not made of JSON objects")
    return objects


def _pieces(payload: bytes) -> Iterator[bytes]:
    """The values that stand side by side on the outermost level; only blanks and commas lie between."""
    depth = start = end = 0
    for mark in _MARK.finditer(payload):
        sign = mark[0]
        if sign in (b"{", b"["):
            if depth == 0:
                start = mark.start()
                if payload[end:start].strip(_BETWEEN):
                    break
            depth += 1
        elif sign in (b"}", b"]"):
            depth -= 1
            if depth == 0:
                end = mark.end()
                yield payload[start:end]
            elif depth < 0:
                break
    if depth or payload[end:].strip(_BETWEEN) or not end:
        raise BadPayload("not JSON")


def plain(payload: bytes, *, most: int = 1_000) -> str:
    """The printable text that a payload is, without the blanks around it; empty for none."""
    try:
        found = payload.decode().strip()
    except UnicodeDecodeError:
        raise BadPayload("not UTF-8") from None
    return text(found, "the payload", most=most, least=0)


def told_number(told: str, name: str) -> float:
    """A number written as text, the way JSON writes it; `nan` and `0x1F` are none."""
    if not _NUMBER.fullmatch(told):
        raise BadPayload(f"{name} is not a number")
    return number(float(told), name)


def is_number(told: str) -> bool:
    return _NUMBER.fullmatch(told) is not None


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


def whole(value: Any, name: str, *, most: int) -> int:
    """A number of something that is counted from 0 to `most`: an antenna, a pin."""
    found = number(value, name)
    if not 0 <= found <= most:
        raise BadPayload(f"{name} is not within 0 to {most}")
    return int(found)


def text(value: Any, name: str, *, most: int, least: int = 1) -> str:
    """Printable text of `least` to `most` characters: no line breaks, no NUL; spaces may be unbreakable."""
    if type(value) is not str:
        raise BadPayload(f"{name} is not text")
    if not least <= len(value) <= most:
        raise BadPayload(f"{name} has not {least} to {most} characters")
    if not value.replace("\u00a0", " ").replace("\u202f", " ").isprintable():
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
