"""Serial lines: which kinds of electronics hang on them, and what may stand in an address and in options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

LONGEST_URL = 200
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
FORMS = ("auto", "bits", "hex", "decimal", "facility")  # how a Wiegand adapter writes a card

_PATH = re.compile(r"/[^\0-\x20]+")
_PORT = re.compile(r"hwgrep://[A-Za-z0-9 :._=&-]+")
_DECIMAL = re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,3})?")

Value = float | str
Options = Mapping[str, Value]
Fault = Literal["url", "kind", "device", "option", "value", "twice"]


class BadLine(ValueError):
    """A serial line that can't be: its `fault`, the word at fault, and what that must be."""

    def __init__(self, fault: Fault, what: str, must_be: str = "") -> None:
        super().__init__(f"{what}: {must_be}" if must_be else what)
        self.fault, self.what, self.must_be = fault, what, must_be


@dataclass(frozen=True, slots=True)
class Number:
    """An option that is a number from `least` to `most`."""

    default: float
    least: float
    most: float
    whole: bool = False

    def read(self, text: str) -> Value | None:
        value = float(text) if _DECIMAL.fullmatch(text) else -1.0
        fits = self.least <= value <= self.most and not (self.whole and value % 1)
        return value if fits else None

    @property
    def usual(self) -> str:
        return f"{self.default:.7g}"

    def __str__(self) -> str:
        return f"{self.least:.7g}–{self.most:.7g}"


@dataclass(frozen=True, slots=True)
class Choice:
    """An option that is one of some words, the first unless told otherwise."""

    words: tuple[str, ...]

    @property
    def default(self) -> str:
        return self.words[0]

    @property
    def usual(self) -> str:
        return self.default

    def read(self, text: str) -> Value | None:
        return text if text in self.words else None

    def __str__(self) -> str:
        return ", ".join(self.words)


@dataclass(frozen=True, slots=True)
class Kind:
    """What hangs on a line; `shared` when one line carries several of them, `keyed` when it takes a key."""

    name: str
    label: str
    profile: str
    options: Mapping[str, Number | Choice] = field(default_factory=dict)
    shared: bool = False
    keyed: bool = False


def _baud(usual: int) -> Number:
    return Number(usual, 300, 4_000_000, whole=True)


_HOLD = Number(1.0, 0, 60)  # seconds without a card after which the same card counts anew
KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("rdm6300", "RDM6300", "rdm6300-reader", {"baud": _baud(9600), "hold": _HOLD}),
        Kind(
            "wiegand",
            "Wiegand 26/34",
            "wiegand-reader",
            {"baud": _baud(9600), "hold": _HOLD, "form": Choice(FORMS)},
        ),
        Kind(
            "osdp",
            "OSDP v2",
            "osdp-reader",
            {
                "baud": _baud(9600),
                "address": Number(0, 0, 126, whole=True),
                "output": Number(0, 0, 15, whole=True),
            },
            shared=True,
            keyed=True,
        ),
        Kind("grbl", "GRBL", "grbl", {"baud": _baud(115_200), "poll": Number(1, 0.2, 60)}),
        Kind("marlin", "Marlin", "marlin", {"baud": _baud(115_200), "poll": Number(2, 1, 60)}),
    )
}


def kind_of(name: str) -> Kind:
    """
    Raises:
        BadLine: there is no such kind.
    """
    if name not in KINDS:
        raise BadLine("kind", name, ", ".join(KINDS))
    return KINDS[name]


def read_options(kind: Kind, text: str) -> Options:
    """All options of the kind, from `baud=115200&address=1` and what is usual.

    Raises:
        BadLine: for the first one that the kind does not have, that is there twice, or that can't be.
    """
    found: dict[str, Value] = {}
    for name, value in _pairs(text):
        option = kind.options.get(name)
        if option is None:
            raise BadLine("option", name, ", ".join(kind.options))
        if name in found:
            raise BadLine("twice", name)
        read = option.read(value)
        if read is None:
            raise BadLine("value", name, str(option))
        found[name] = read
    return {name: found.get(name, option.default) for name, option in kind.options.items()}


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for pair in filter(None, text.strip().split("&")):
        name, _, value = pair.partition("=")
        yield name.strip(), value.strip()


def read_url(text: str) -> str:
    """An address that a serial line may have.

    pyserial knows more of them; `spy://` writes files and `alt://` loads code, so those who may enter an
    address here are not given them.

    Raises:
        BadLine: it is none.
    """
    url = text.strip()
    if len(url) <= LONGEST_URL and url.isprintable():
        if url == "loop://" or _PATH.fullmatch(url) or _PORT.fullmatch(url):
            return url
        if url.startswith(("socket://", "rfc2217://")) and _is_place(url):
            return url
    raise BadLine(
        "url", url[:LONGEST_URL], "/dev/…, socket://host:port, rfc2217://host:port, hwgrep://…, loop://"
    )


def _is_place(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    return bool(parts.hostname and port) and plain and parts.path in ("", "/")


def read_name(text: str) -> str:
    """
    Raises:
        BadLine: no device can be called that.
    """
    if not NAME.fullmatch(text):
        raise BadLine("device", text, "a-z, 0-9, -")
    return text
