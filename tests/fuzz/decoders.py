"""Every decoder, as (name, what it does with arbitrary bytes, what it has seen recorded).

A decoder that is handed anything gives what it promises or its declared refusal; whatever else it raises is
a find, and so is more than it may make of so few bytes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

Run = Callable[[bytes], object]


@dataclass(frozen=True)
class Decoder:
    """`run` raises for a find only; `seeds` are payloads worth beginning with."""

    name: str
    run: Run
    seeds: tuple[bytes, ...]


def every() -> tuple[Decoder, ...]:
    from tests.fuzz import cards, families, native, readers, text

    return (
        *native.decoders(),
        *families.decoders(),
        *cards.decoders(),
        *text.decoders(),
        *readers.decoders(),
    )


def refused(run: Run, *refusals: type[Exception]) -> Run:
    """The same, where these are the declared refusals."""

    def run_(payload: bytes) -> object:
        try:
            return run(payload)
        except refusals:
            return None

    return run_


def no_longer(found: object, payload: bytes, *, times: int = 8, room: int = 4096) -> None:
    """What a decoder makes of some bytes is not much more than they are."""
    assert weight(found) <= times * len(payload) + room, f"{weight(found)} of {len(payload)} bytes"


def weight(found: object) -> int:
    """Characters and values in a plain structure."""
    return sum(_weights(found))


def _weights(found: object) -> Iterator[int]:
    if isinstance(found, str | bytes | bytearray):
        yield len(found)
    elif isinstance(found, dict):
        for name, value in found.items():
            yield from _weights(name)
            yield from _weights(value)
    elif isinstance(found, list | tuple | set | frozenset):
        yield 1
        for value in found:
            yield from _weights(value)
    elif hasattr(found, "__slots__") or hasattr(found, "__dict__"):
        names = getattr(found, "__slots__", ()) or vars(found)
        yield 1
        for name in names:
            yield from _weights(getattr(found, name))
    else:
        yield 1
