"""Topics of our own protocol: `fablab/v1/<device>/<what>`, and the live bus below `etabli/live`."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from zlib import crc32

ROOT = "fablab/v1/"
LIVE = "etabli/live/"
OURS = "etabli/"

TO_DOORS = ("tap", "ack", "log")
TO_TELEMETRY = ("hello", "status", "readings")
TO_DEVICES = ("command", "allowlist", "noted")

LONGEST_KEY = 64

_DEVICE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")


def is_device(name: str) -> bool:
    return _DEVICE.fullmatch(name) is not None


def native(topic: str) -> tuple[str, str] | None:
    """(device, what) of a topic of ours, whatever the names are worth; None for a foreign topic."""
    if not topic.startswith(ROOT):
        return None
    device, _, what = topic[len(ROOT) :].partition("/")
    return device, what


def command(device: str) -> str:
    return f"{ROOT}{device}/command"


def allowlist(device: str) -> str:
    return f"{ROOT}{device}/allowlist"


def noted(device: str) -> str:
    return f"{ROOT}{device}/noted"


def live(kind: str, name: str) -> str:
    return f"{LIVE}{kind}/{name}"


def slug(name: str) -> str:
    """A device name for a foreign id: `Prise_Étau 2` → `prise-etau-2`; empty when nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_A_NAME.sub("-", plain).strip("-")[:63].rstrip("-")


def key(name: str) -> str:
    """A channel's key for a foreign word: `Front Door/Contact` → `front_door_contact`; never empty."""
    return _key(name) if len(name) <= 256 else _key.__wrapped__(name)


@lru_cache(maxsize=4096)
def _key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    word = _NOT_IN_A_NAME.sub("_", plain).strip("_")
    return word if 0 < len(word) <= LONGEST_KEY else f"{word[: LONGEST_KEY - 9]}_{mark(name)}".lstrip("_")


def mark(name: str) -> str:
    """Eight digits that tell one long or unspeakable name from another."""
    return f"{crc32(name.encode(errors='replace')):08x}"
