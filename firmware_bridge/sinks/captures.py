"""Single reads of tags in a file for each capture: bounded in time and bytes, deleted after some days."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from firmware_bridge.profiles.base import Read
from firmware_bridge.wire.clock import SECOND

log = logging.getLogger("etabli.telemetry")

HEADER = "time,epc,antenna,rssi,count\n"
BETWEEN_SWEEPS = 3600.0


class Captures:
    """`running` is device → (number, its end in Unix seconds); what can't be written is left out and told."""

    def __init__(self, folder: Path, *, most_bytes: int, keep: float) -> None:
        self.running: Mapping[str, tuple[int, float]] = {}
        self._folder, self._most, self._keep = folder, most_bytes, keep
        self._lines: dict[int, list[str]] = {}
        self._next_sweep = 0.0
        self._well = True

    def note(self, reads: Iterable[Read], now: float) -> None:
        """Remember those of readers that are captured now."""
        for read in reads:
            number, ends = self.running.get(read.device, (0, 0.0))
            if number and now < ends:
                self._lines.setdefault(number, []).append(_line(read))

    def tick(self, now: float) -> None:
        """Write what was noted; never raises."""
        lines, self._lines = self._lines, {}
        try:
            for number, told in lines.items():
                self._append(self._folder / f"{number}.csv", "".join(told).encode())
            if now >= self._next_sweep:
                self._next_sweep = now + BETWEEN_SWEEPS
                self._sweep(now)
            self._well = True
        except OSError as error:
            if self._well:
                log.error("a capture can't be written (%s); dwell windows are kept all the same", error)
            self._well = False

    def _append(self, path: Path, told: bytes) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        with path.open("ab") as file:
            if not file.tell():
                path.chmod(0o600)
                file.write(HEADER.encode())
            if file.tell() < self._most:
                file.write(told)

    def _sweep(self, now: float) -> None:
        for path in self._folder.glob("*.csv") if self._folder.is_dir() else ():
            if path.stat().st_mtime < now - self._keep:
                path.unlink()


def _line(read: Read) -> str:
    moment = datetime.fromtimestamp(read.at // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    rssi = "" if read.rssi is None else f"{read.rssi:g}"
    return f"{moment}.{read.at % SECOND // 1000:06d}Z,{read.epc},{read.antenna},{rssi},{read.count}\n"
