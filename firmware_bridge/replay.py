"""Dead letters once more: what is understood now is kept at the time it came, and is dead no longer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from firmware_bridge.letters import Letters
from firmware_bridge.links.dialling import Message
from firmware_bridge.profiles.base import Reading, Seen
from firmware_bridge.profiles.mapping import Compiled
from firmware_bridge.sinks.drain import DECODER as INFLUX
from firmware_bridge.sinks.embedded import Batch, DeadLetter, Store
from firmware_bridge.telemetry.decoding import RETAINED, Decoded, Decoder
from firmware_bridge.telemetry.hangups import DECODER as BROKER
from firmware_bridge.telemetry.newest import Newest

PATIENCE = 10.0
NO_MESSAGES = frozenset({INFLUX, BROKER})  # a server refused a reading, a broker a packet
PAGE = 500

Found = dict[str, tuple[str, str, tuple[tuple[str, str], ...]]]


@dataclass(slots=True)
class Outcome:
    """`found` has the devices that were heard: name → (profile, firmware, ((key, unit)…))."""

    read: int = 0
    decoded: int = 0
    found: Found = field(default_factory=dict)


def replay(
    path: Path,
    *,
    zone: tzinfo,
    numbers: Collection[int] | None = None,
    mappings: tuple[Compiled, ...] = (),
) -> Outcome:
    """Decode dead letters again: those of these numbers, or all.

    Raises:
        sqlite3.Error: the store can't be used now; what was done is done.
    """
    store = Store(path, patience=PATIENCE)
    try:
        return _Replay(store, zone, mappings).run(None if numbers is None else frozenset(numbers))
    finally:
        store.close()


def decoder_of(store: Store, newest: Newest, zone: tzinfo, mappings: tuple[Compiled, ...]) -> Decoder:
    """A decoder that knows what the store knows and holds nobody off."""
    return Decoder(
        newest=newest,
        letters=Letters(burst=float("inf")),
        receipts=store.receipts,
        zone=zone,
        names=store.names(),
        lessons=store.lessons(),
        mappings=mappings,
        parts=store.parts(),
    )


def hear(newest: Newest, decoded: Decoded) -> None:
    """Note which devices and channels there are."""
    for _, device, _, events in decoded.told:
        readings = [event for event in events if isinstance(event, Reading)]
        newest.mention(device, ((each.channel, each.unit) for each in readings))
        for event in events:
            if isinstance(event, Seen):
                newest.describe(event)


def found_by(newest: Newest) -> Found:
    return {
        state.name: (state.profile, state.firmware, tuple(state.units.items()))
        for state in newest.states.values()
    }


class _Replay:
    def __init__(self, store: Store, zone: tzinfo, mappings: tuple[Compiled, ...]) -> None:
        self._store, self._newest = store, Newest(burst=float("inf"))
        self._decoder = decoder_of(store, self._newest, zone, mappings)
        self._outcome = Outcome()

    def run(self, wanted: frozenset[int] | None) -> Outcome:
        after = 0
        while page := self._store.letters(after=after, limit=PAGE):
            after = page[-1][0]
            self._page([(number, each) for number, each in page if wanted is None or number in wanted])
        self._outcome.found = found_by(self._newest)
        return self._outcome

    def _page(self, page: list[tuple[int, DeadLetter]]) -> None:
        """One transaction for what is understood, then those letters are forgotten."""
        whole, understood = Batch(), []
        for number, letter in page:
            if letter.decoder in NO_MESSAGES:
                continue
            decoded = self._decoder.decode([_again(letter)])
            for judged in decoded.batch.letters:
                self._store.judge_letter(number, judged)
            if not decoded.batch.letters and decoded.told:
                hear(self._newest, decoded)
                _add(whole, decoded.batch)
                understood.append(number)
        self._outcome.read += len(page)
        if understood:
            self._store.write(whole)
            self._store.forget_letters(understood)
            self._outcome.decoded += len(understood)


def _add(whole: Batch, part: Batch) -> None:
    """Without lessons: what the broker retains is newer."""
    whole.arrived = max(whole.arrived, part.arrived)
    whole.readings += part.readings
    whole.declared += part.declared
    whole.reads += part.reads
    whole.names += part.names


def _again(letter: DeadLetter) -> Message:
    retained = letter.reason.endswith(RETAINED)
    return Message(letter.topic, letter.payload, 0, retained, False, 0, 0, letter.at, False, letter.size)
