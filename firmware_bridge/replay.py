"""Dead letters once more: what is understood now is kept at the time it came, and is dead no longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from firmware_bridge.letters import Letters
from firmware_bridge.links.dialling import Message
from firmware_bridge.profiles.base import Reading, Seen
from firmware_bridge.sinks.embedded import DeadLetter, Store
from firmware_bridge.telemetry.decoding import RETAINED, Decoder
from firmware_bridge.telemetry.newest import Newest
from firmware_bridge.telemetry.registry import Registry, Wish

PATIENCE = 10.0
PAGE = 500


@dataclass(slots=True)
class Outcome:
    read: int = 0
    decoded: int = 0


def replay(path: Path, *, zone: tzinfo, registry: Registry) -> Outcome:
    """Decode all dead letters again.

    Raises:
        sqlite3.Error: the store can't be used now; what was done is done.
    """
    store = Store(path, patience=PATIENCE)
    try:
        return _replay(store, zone, registry)
    finally:
        store.close()


def _replay(store: Store, zone: tzinfo, registry: Registry) -> Outcome:
    newest = Newest(burst=float("inf"))
    decoder = Decoder(
        newest=newest,
        letters=Letters(burst=float("inf")),
        receipts=store.receipts,
        zone=zone,
        names=store.names(),
        lessons=store.lessons(),
    )
    outcome, after = Outcome(), 0
    while page := store.letters(after=after, limit=PAGE):
        after = page[-1][0]
        for number, letter in page:
            outcome.read += 1
            decoded = decoder.decode([_again(letter)])
            if decoded.batch.letters or not decoded.told:
                continue
            for _, device, _, events in decoded.told:
                readings = [event for event in events if isinstance(event, Reading)]
                newest.mention(device, ((each.channel, each.unit) for each in readings))
                for event in events:
                    if isinstance(event, Seen):
                        newest.describe(event)
            decoded.batch.lessons.clear()  # what the broker retains is newer
            store.write(decoded.batch)
            store.forget_letters([number])
            outcome.decoded += 1
    for state in newest.states.values():
        registry.wish(state.name, Wish(state.profile, state.firmware, tuple(state.units.items())))
    registry.work()
    return outcome


def _again(letter: DeadLetter) -> Message:
    retained = letter.reason.endswith(RETAINED)
    return Message(letter.topic, letter.payload, 0, retained, False, 0, 0, letter.at, False)
