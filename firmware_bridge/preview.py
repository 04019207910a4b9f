"""What a mapping would make of the last messages of its topics, before anybody saves it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import tzinfo
from itertools import islice
from pathlib import Path
from typing import Any

from firmware_bridge.profiles import OWNED
from firmware_bridge.profiles.base import Heard, Reading, Unread
from firmware_bridge.profiles.mapping import (
    PROFILE,
    BadMapping,
    Compiled,
    compiled,
    levels_of,
    matches,
    units,
)
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.sinks import letterbox, rawlog
from firmware_bridge.wire import paths
from firmware_bridge.wire.clock import Arrival
from firmware_bridge.wire.payload import LARGEST_FOREIGN, BadPayload, parse

MOST = 5  # messages
PACKS = 2_000
PATIENCE = 3.0  # seconds of looking for them
SHOWN = 2_000  # bytes of a message

Facts = dict[str, Any]
Told = tuple[int, str, bytes]  # arrival, topic, payload


def preview(facts: Facts, store: Path, raw: Path, *, zone: tzinfo) -> Facts:
    """`fault` (field, code) or none, the `units` as they are kept, and `messages` with what they give.

    A message has `at` (Unix seconds), `topic`, `text`, `readings`, `problem`, `paths` with their values, and
    `own`: the time that stands in it, 0 where there is none to be taken, None where none is looked for.
    """
    mapping, fault = None, None
    try:
        mapping = compiled(facts, owned=OWNED)
    except BadMapping as bad:
        fault = (bad.field, bad.code)
    try:
        levels = levels_of(facts["topic"], OWNED)
    except BadMapping:
        return {"fault": fault, "units": [], "messages": []}
    told = list(islice(_heard(levels, raw), MOST)) or list(islice(_dead(levels, store), MOST))
    messages = [_shown(each, mapping, zone) for each in told]
    return {"fault": fault, "units": units(mapping) if mapping else [], "messages": messages}


def _heard(levels: tuple[str, ...], raw: Path) -> Iterator[Told]:
    if not raw.exists():
        return
    until = time.monotonic() + PATIENCE
    with closing(rawlog.connect(raw)) as log:
        for entry in rawlog.newest(log, most=PACKS):
            if matches(levels, entry.topic.split("/")):
                yield entry.at, entry.topic, entry.payload
            if time.monotonic() > until:
                return


def _dead(levels: tuple[str, ...], store: Path) -> Iterator[Told]:
    """Where there is no raw log, what nobody could read so far."""
    if not store.exists():
        return
    with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)) as db:
        for at, topic, payload in letterbox.newest(db):
            if matches(levels, topic.split("/")):
                yield at, topic, payload


def _shown(told: Told, mapping: Compiled | None, zone: tzinfo) -> Facts:
    at, topic, payload = told
    readings, problem = _read(told, mapping, zone) if mapping else ([], "")
    return {
        "at": at / 1e9,
        "topic": topic,
        "text": payload[:SHOWN].decode("utf-8", "backslashreplace"),
        "readings": [(each.device, each.channel, each.value, each.unit, each.at / 1e9) for each in readings],
        "problem": problem,
        "own": _own(readings) if mapping and mapping.at is not None else None,
        "paths": _paths(payload),
    }


def _read(told: Told, mapping: Compiled, zone: tzinfo) -> tuple[list[Reading], str]:
    at, topic, payload = told
    memory, readings, problem = Memory(), [], ""
    memory.mappings = (mapping,)
    place = PROFILE.place(Heard(topic, payload), memory)
    if place is None:
        return [], ""
    try:
        for event in PROFILE.decode(place, payload, Arrival(at, zone), memory):
            if isinstance(event, Reading):
                readings.append(event)
            elif isinstance(event, Unread):
                problem = event.reason
    except BadPayload as bad:
        problem = bad.reason
    return readings, problem


def _own(readings: list[Reading]) -> float | None:
    return next((each.at / 1e9 if each.by_device else 0 for each in readings), None)


def _paths(payload: bytes) -> list[tuple[str, str]]:
    try:
        found = parse(payload, most=LARGEST_FOREIGN)
    except BadPayload:
        return []
    return [(path, str(value)[:80]) for path, value in paths.leaves(found)]
