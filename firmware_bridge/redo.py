"""The past once more, from the raw log: mistakes of a decoder are taken back, what it missed is added."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from firmware_bridge.links.dialling import Message
from firmware_bridge.profiles.base import Reading
from firmware_bridge.profiles.mapping import Compiled
from firmware_bridge.replay import PATIENCE, Found, decoder_of, found_by, hear
from firmware_bridge.sinks import rawlog
from firmware_bridge.sinks.embedded import Batch, Store
from firmware_bridge.sinks.rawlog import Entry, Pack
from firmware_bridge.telemetry.newest import Newest
from firmware_bridge.telemetry.phases import reread


@dataclass(slots=True)
class Redone:
    """Messages that were read, those that make other readings now, and how many readings went and came."""

    read: int = 0
    changed: int = 0
    taken: int = 0
    added: int = 0
    found: Found = field(default_factory=dict)


def redo(
    path: Path,
    raw: Path,
    *,
    zone: tzinfo,
    first: int,
    past: int,
    device: str = "",
    mappings: tuple[Compiled, ...] = (),
) -> Redone:
    """Decode again what arrived in `[first, past)` (Unix nanoseconds), of one device or of all.

    Doing it twice changes nothing. Reads of tags are counted in windows and stay as they were counted.

    Raises:
        sqlite3.Error: a file can't be used now; what was done is done.
    """
    with (
        closing(Store(path, patience=PATIENCE)) as store,
        closing(rawlog.connect(raw, patience=PATIENCE)) as log,
    ):
        work = _Redo(store, zone, mappings, _Asked(first, past, device))
        for pack in rawlog.packs(log, first, past):
            if work.pack(pack):
                rawlog.rewrite(log, pack)
        return work.done()


@dataclass(frozen=True, slots=True)
class _Asked:
    first: int
    past: int
    device: str


class _Redo:
    def __init__(self, store: Store, zone: tzinfo, mappings: tuple[Compiled, ...], asked: _Asked) -> None:
        self._store, self._asked = store, asked
        self._newest = Newest(burst=float("inf"))
        self._decoder = decoder_of(store, self._newest, zone, mappings)
        self._redone = Redone()

    def pack(self, pack: Pack) -> bool:
        """One transaction; whether something changed in the pack."""
        whole = Batch()
        for entry in pack.entries:
            if self._asked.first <= entry.at < self._asked.past:
                self._entry(entry, whole)
        if whole.readings or whole.undone:
            self._store.write(whole)
            self._redone.added += sum(map(len, whole.readings))
            self._redone.taken += len(whole.undone)
        return bool(whole.readings or whole.undone)

    def done(self) -> Redone:
        self._redone.found = {name: facts for name, facts in found_by(self._newest).items() if facts[2]}
        return self._redone

    def _entry(self, entry: Entry, whole: Batch) -> None:
        message = Message(entry.topic, entry.payload, 0, entry.retained, False, 0, 0, entry.at, False)
        decoded = self._decoder.decode([message])
        now = reread(entry.readings, [each for its in decoded.batch.readings for each in its])
        wanted = self._asked.device
        if wanted and wanted not in _devices(entry.readings) | _devices(now):
            return
        self._redone.read += 1
        if now == entry.readings:
            return
        self._redone.changed += 1
        hear(self._newest, decoded)
        whole.arrived = entry.at
        whole.undone += [each for each in entry.readings if each not in now]
        if now:
            whole.readings.append(now)
        whole.declared += decoded.batch.declared
        whole.names += decoded.batch.names
        entry.readings = now


def _devices(readings: Sequence[Reading]) -> set[str]:
    return {each.device for each in readings}
