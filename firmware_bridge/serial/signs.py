"""What an OSDP reader is told: its bolt or relay moves, its lamp, buzzer and display say why."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from firmware_bridge.wire.orders import Order

LONGEST_TIMER = 25.0  # seconds: libosdp's Python side cuts timers to a byte of tenths
LONGEST_TEXT = 32
GREEN, RED = 2, 1
OFF, ON, ON_FOR_A_TIME = 1, 2, 5
REFUSED_FOR = 2.0  # seconds that the lamp is red


@dataclass(frozen=True, slots=True)
class Sign:
    """A command of the bus and the capability that it needs."""

    command: str
    needs: str
    fields: Mapping[str, Any]


def bolt(output: int, code: int, seconds: float = 0.0) -> Sign:
    """`code` is OFF, ON, or ON_FOR_A_TIME for so many seconds, after which the reader itself switches off."""
    timer = round(min(seconds, LONGEST_TIMER) * 10)
    return Sign("Output", "OutputControl", {"output_no": output, "control_code": code, "timer_count": timer})


def signs(order: Order, *, welcome: bool) -> Iterator[Sign]:
    """Green and a short tone, or blinking red and three; and the text, where there is one."""
    yield _lamp(GREEN, 0, order.seconds) if welcome else _lamp(RED, 2, REFUSED_FOR)
    tone = {"reader": 0, "control_code": 2, "on_count": 1, "off_count": 1, "rep_count": 1 if welcome else 3}
    yield Sign("Buzzer", "AudibleControl", tone)
    text = plain(order.text)
    if text:
        shown = {"reader": 0, "control_code": 3, "temp_time": 4, "offset_row": 1, "offset_col": 1}
        yield Sign("Text", "TextOutput", {**shown, "data": text})


def plain(text: str) -> str:
    """As a reader's display can show it: ASCII, 32 characters."""
    apart = unicodedata.normalize("NFKD", text.replace("’", "'").replace("œ", "oe"))
    return apart.encode("ascii", "ignore").decode()[:LONGEST_TEXT].strip()


def _lamp(colour: int, dark: int, seconds: float) -> Sign:
    """For a time; then the reader's lamp is what it was. `dark` is how long it is off in each blink."""
    timer = round(min(max(seconds, 1.0), LONGEST_TIMER) * 10)
    return Sign(
        "LED",
        "LEDControl",
        {
            "reader": 0,
            "led_number": 0,
            "temporary": True,
            "control_code": 2,
            "on_color": colour,
            "off_color": 0,
            "on_count": 2,
            "off_count": dark,
            "timer_count": timer,
        },
    )
