"""How long each relay may stay on: kept in a file, for a relay outlives the process that switched it."""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path

from lab.secrets import write_private

log = logging.getLogger("etabli.serial")


class Leases:
    """Device → end in Unix seconds; several lines share one of these."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._ends = _read(path)

    def grant(self, device: str, until: float) -> None:
        self._set(device, until)

    def end(self, device: str) -> None:
        self._set(device, None)

    def over(self, device: str, now: float) -> bool:
        """Whether the device had a lease, and it has run out."""
        end = self._ends.get(device)
        return end is not None and end <= now

    def holds(self, device: str, now: float) -> bool:
        end = self._ends.get(device)
        return end is not None and end > now

    def _set(self, device: str, until: float | None) -> None:
        with self._lock:
            ends = {name: end for name, end in self._ends.items() if name != device}
            if until is not None:
                ends[device] = until
            if ends == self._ends:
                return
            self._ends = ends
            try:
                draft = self._path.with_suffix(".draft")
                write_private(draft, json.dumps(ends))
                draft.replace(self._path)
            except OSError as error:  # it holds for as long as we live
                log.warning("leases can't be kept in %s: %s", self._path, error)


def _read(path: Path) -> dict[str, float]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: float(end) for name, end in found.items() if isinstance(end, int | float)}
