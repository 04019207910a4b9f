"""The mappings that managers set up, as the decoder wants them; in a file too, as a database may be away."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from firmware_bridge.profiles import OWNED
from firmware_bridge.profiles.mapping import BadMapping, Compiled, compiled

log = logging.getLogger("etabli.telemetry")

Facts = dict[str, Any]


def compile_all(rows: Iterable[Facts]) -> tuple[Compiled, ...]:
    """Those that can be used, in their order; the others are told and left out."""
    found = []
    for facts in rows:
        try:
            found.append(compiled(facts, owned=OWNED))
        except (BadMapping, KeyError, TypeError, AttributeError, ValueError) as bad:
            log.warning("the mapping of %s can't be used: %s", facts.get("topic"), bad)
    return tuple(found)


class Mappings:
    """What the table said last, over a restart."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._facts: list[Facts] = self._read()
        self.compiled = compile_all(self._facts)

    def learn(self, facts: list[Facts]) -> bool:
        """Take over what the table says now; whether that is something else."""
        if facts == self._facts:
            return False
        self._facts, self.compiled = facts, compile_all(facts)
        try:
            part = self._path.with_suffix(".part")
            part.write_text(json.dumps(facts), encoding="utf-8")
            part.replace(self._path)
        except OSError as error:
            log.warning("mappings are used but can't be written down (%s)", error)
        return True

    def _read(self) -> list[Facts]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return found if type(found) is list and all(type(each) is dict for each in found) else []
