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

from firmware_bridge.preview import preview
from firmware_bridge.redo import redo
from firmware_bridge.replay import replay
from firmware_bridge.telemetry.mappings import compile_all

Facts = dict[str, Any]


def answer(question: str) -> str:
    """
    Raises:
        KeyError, ValueError: for a question that nobody asks.
        sqlite3.Error: a file can't be used now.
    """
    facts: Facts = json.loads(question)
    return json.dumps(_ANSWERS[facts["do"]](facts))


def _replay(facts: Facts) -> Facts:
    """`letters`: numbers, or null for all."""
    zone, mappings = ZoneInfo(facts["zone"]), compile_all(facts["mappings"])
    return asdict(replay(Path(facts["store"]), zone=zone, numbers=facts["letters"], mappings=mappings))


def _redo(facts: Facts) -> Facts:
    """`first` and `past` in Unix nanoseconds, `device` or an empty text."""
    done = redo(
        Path(facts["store"]),
        Path(facts["raw"]),
        zone=ZoneInfo(facts["zone"]),
        first=facts["first"],
        past=facts["past"],
        device=facts["device"],
        mappings=compile_all(facts["mappings"]),
    )
    return asdict(done)


def _preview(facts: Facts) -> Facts:
    """`mapping` as the table would have it."""
    return preview(facts["mapping"], Path(facts["store"]), Path(facts["raw"]), zone=ZoneInfo(facts["zone"]))


_ANSWERS: dict[str, Callable[[Facts], Facts]] = {"replay": _replay, "redo": _redo, "preview": _preview}
