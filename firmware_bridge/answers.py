"""Answers the web's questions about messages with the very decoders of the bridge: JSON in, JSON out.

`{"do": "replay", "store": path, "zone": name, …}` on standard input; no database but the telemetry store.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from firmware_bridge.redo import redo
from firmware_bridge.replay import replay

Facts = dict[str, Any]


def answer(question: str) -> str:
    """
    Raises:
        KeyError, ValueError: for a question that nobody asks.
        sqlite3.Error: the store can't be used now.
    """
    facts: Facts = json.loads(question)
    return json.dumps(_ANSWERS[facts["do"]](facts))


def _replay(facts: Facts) -> Facts:
    """`letters`: numbers, or null for all."""
    return asdict(replay(Path(facts["store"]), zone=ZoneInfo(facts["zone"]), numbers=facts["letters"]))


def _redo(facts: Facts) -> Facts:
    """`first` and `past` in Unix nanoseconds, `device` or an empty text."""
    return asdict(
        redo(
            Path(facts["store"]),
            Path(facts["raw"]),
            zone=ZoneInfo(facts["zone"]),
            first=facts["first"],
            past=facts["past"],
            device=facts["device"],
        )
    )


_ANSWERS: dict[str, Callable[[Facts], Facts]] = {"replay": _replay, "redo": _redo}
