"""What a Marlin printer says to `M105` (temperatures) and `M27` (the print from its card), and by itself.

Source: Marlin's G-code pages of M105, M27 and M113 (host keep-alive).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from firmware_bridge.wire.payload import BadPayload

BAUD = 115_200
ASK = (b"M105\n", b"M27\n")
LONGEST = 512

_HEATER = re.compile(
    r"(?<![A-Za-z@])(T[0-7]?|B|C):(-?[0-9]{1,4}(?:\.[0-9]{1,3})?)(?: ?/(-?[0-9]{1,4}(?:\.[0-9]{1,3})?))?"
)
_CARD = re.compile(r"(?:ok )?SD printing byte ([0-9]{1,12})/([0-9]{1,12})")
_DEAD = re.compile(r"halted|kill\(\)|thermal runaway|m(?:in|ax)temp", re.IGNORECASE)
_NAMES = {"T": "tool0", "B": "bed", "C": "chamber"}


@dataclass(frozen=True, slots=True)
class Said:
    """One line. `heat` is heater → (°C, wanted °C or None); `busy` is a word of its keep-alive."""

    ok: bool = False
    heat: dict[str, tuple[float, float | None]] = field(default_factory=dict)
    printing: bool | None = None
    progress: float | None = None
    busy: str = ""
    failed: bool = False
    started: bool = False


def said(line: str) -> Said:
    """What a line tells; most lines tell nothing that matters here.

    Raises:
        BadPayload: temperatures or a print's progress that can't be read.
    """
    ok = line.split(" ", 1)[0] == "ok"
    if line.startswith("echo:busy:"):
        return Said(busy="paused" if "paused" in line else "busy")
    if line.startswith("Error:"):
        return Said(failed=_DEAD.search(line) is not None)
    if line == "start":
        return Said(started=True)
    if "SD printing" in line:
        return _card(line, ok)
    if re.match(r"(?:ok )?T[0-7]?:", line.lstrip()):
        return Said(ok, heat=_heat(line))
    return Said(ok)


def _card(line: str, ok: bool) -> Said:
    if line.startswith(("Not SD printing", "ok Not SD printing")):
        return Said(ok, printing=False)
    found = _CARD.match(line)
    if found is None or int(found[1]) > int(found[2]):
        raise BadPayload("the progress of a print is not two numbers")
    at, whole = int(found[1]), int(found[2])
    return Said(ok, printing=True, progress=round(100 * at / whole, 1) if whole else None)


def _heat(line: str) -> dict[str, tuple[float, float | None]]:
    heat = {
        _NAMES.get(name) or f"tool{name[1]}": (float(now), None if wanted is None else float(wanted))
        for name, now, wanted in (found.groups() for found in _HEATER.finditer(line))
    }
    if not heat:
        raise BadPayload("temperatures that are not numbers")
    return heat
