"""The telemetry process: gather, decode, keep, acknowledge; then show and tell, none of which may stop it."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable
from datetime import tzinfo
from typing import Any

import msgspec

from firmware_bridge.letters import Letters
from firmware_bridge.links.dialling import Message
from firmware_bridge.links.mqtt import Link
from firmware_bridge.profiles.base import Ask, Event, Read, Reading, Seen, Status
from firmware_bridge.sinks.captures import Captures
from firmware_bridge.sinks.embedded import Store
from firmware_bridge.sinks.keeping import Terms
from firmware_bridge.sinks.parts import Row as PartRow
from firmware_bridge.sinks.rawlog import RawLog
from firmware_bridge.telemetry.decoding import Decoder
from firmware_bridge.telemetry.keeping import Keeper
from firmware_bridge.telemetry.mappings import Mappings
from firmware_bridge.telemetry.newest import Newest, State
from firmware_bridge.telemetry.orders import Orders
from firmware_bridge.telemetry.registry import Registry, Wish
from firmware_bridge.telemetry.tidying import Tidier
from firmware_bridge.telemetry.working import Working
from firmware_bridge.wire.topics import live

log = logging.getLogger("etabli.telemetry")

MOST_IN_BATCH = 500
LONGEST_BATCH = 0.05
IDLE = 0.1
BETWEEN_LOOKS = 1.0
BETWEEN_REPORTS = 5.0
SYSTEM = live("system", "telemetry")


class Telemetry:
    """One step takes at most a batch; `registry` does the database's part on its own thread."""

    def __init__(
        self,
        *,
        link: Link,
        store: Store,
        registry: Registry,
        zone: tzinfo,
        stopping: Callable[[], bool],
        hear: Callable[[int], None],
        terms: Callable[[], Terms] = Terms,
        raw: RawLog | None = None,
        captures: Captures | None = None,
        mappings: Mappings | None = None,
    ) -> None:
        self.received = self.readings = self.reads = 0
        self._link, self._store, self._registry, self._hear = link, store, registry, hear
        self._newest, self._letters, self._working = Newest(), Letters(), Working(store.recent)
        self._newest.remember(store.last())
        self._decoder = Decoder(
            newest=self._newest,
            letters=self._letters,
            receipts=store.receipts,
            zone=zone,
            names=store.names(),
            lessons=store.lessons(),
            mappings=mappings.compiled if mappings else (),
            parts=store.parts(),
        )
        self._parts = store.parts()
        self._orders = Orders(
            registry.desk,
            self._newest,
            encode=self._decoder.encode,
            send=self._order,
        )
        self._keeper = Keeper(store, wait=self._wait, stopping=stopping)
        self._tidier = Tidier(store, terms=terms)
        self._raw, self._mappings, self._captures = raw, mappings, captures
        self._next_look = self._next_report = 0.0
        self._behind_since: float | None = None
        self._compared = False  # what an earlier process stored, with what the device table has of it

    def step(self) -> None:
        messages = self._link.gather(most=MOST_IN_BATCH, idle=IDLE, within=LONGEST_BATCH)
        more = len(messages) >= MOST_IN_BATCH  # the broker has still more for us
        self._behind_since = (self._behind_since or time.time()) if more else None
        if messages:
            self._take(messages)
        self._orders.step(connected=self._link.connected)
        if self._link.connected and not self._registry.pending:  # the device table knows all that was heard
            self._hear(self._link.epoch)
        self._try_to_show()
        if self._raw is not None:
            self._raw.tick()
        if self._captures is not None:
            self._captures.running = self._registry.captures
            self._captures.tick(time.time())
        self._tidier.turn(busy=more)

    def report(self) -> dict[str, Any]:
        """How this process is, for screens; times are Unix seconds."""
        return {
            "up": True,
            "at": time.time(),
            "received": self.received,
            "readings": self.readings,
            "reads": self.reads,
            "devices": len(self._newest.states),
            "dead_letters": self._letters.kept,
            "suppressed": self._letters.suppressed,
            "dropped": self._link.dropped,
            "lost": self._decoder.hangups.dropped,
            "lost_at": self._decoder.hangups.dropped_at / 1e9 or None,
            "unlogged": self._raw.left_out if self._raw else 0,
            "waiting": self._registry.pending,
            "stuck_since": self._keeper.stuck_since,
            "trouble": self._keeper.trouble,
            "behind_since": self._behind_since,
            "outgoing": self._store.outgoing,
        }

    def _take(self, messages: list[Message]) -> None:
        decoded = self._decoder.decode(messages)
        if not self._keeper.keep(decoded.batch):
            return
        self._link.ack(messages)
        self._orders.hear(messages)
        if self._raw is not None:
            for message, readings in decoded.raw:
                self._raw.note(message.arrived, message.topic, message.payload, message.retain, readings)
        for ask in decoded.asks:
            self._link.publish(ask.topic, ask.payload)
        self.received += len(messages)
        now = time.time()
        for retained, device, profile, events in decoded.told:
            if self._captures is not None and not retained:
                self._captures.note((event for event in events if type(event) is Read), now)
            try:
                self._tell(retained, device, profile, events, now)
            except Exception:
                log.exception("what %s told is kept, but can't be shown", device)

    def _tell(self, retained: bool, device: str, profile: str, events: list[Event], now: float) -> None:
        readings = [event for event in events if type(event) is Reading]
        if readings and retained:
            self._newest.mention(device, ((each.channel, each.unit) for each in readings))
        elif readings:
            self.readings += len(readings)
            in_time = self._newest.in_time(readings)
            self._newest.hear(readings, now)
            known = self._newest.known.get(device)
            for change in self._working.hear(known, in_time, standing=self._registry.standing):
                self._registry.observe(change)
        for event in events:
            if type(event) is Status:
                self._newest.turn(event, now)
                self._wish(self._newest.states[device])
                self._registry.report(device, online=event.online, at=now)
                if event.online and not retained:
                    self._orders.came(device, now)
            elif type(event) is Seen:
                self._newest.describe(event)
                if not retained:
                    self._orders.came(device, now)
            elif type(event) is Read and not retained:
                self.reads += 1
                self._newest.hear_of(device, event.at, now)

    def _try_to_show(self) -> None:
        try:
            self._show(time.time())
        except Exception:
            log.exception("what is known could not be shown")

    def _show(self, now: float) -> None:
        if now >= self._next_look:
            self._next_look = now + BETWEEN_LOOKS
            self._newest.age(now)
            for state in self._newest.states.values():
                self._look_for_controls(state)
                self._wish(state)
                self._report_first(state)
            for change in self._working.tick(now, self._newest.known):
                self._registry.observe(change)
            self._registry.hear(self._working.heard())
        if self._registry.known is not None and self._registry.known is not self._newest.known:
            self._newest.meet(self._registry.known)
            if not self._compared:
                self._newest.compare(self._registry.listed, family=self._decoder.family)
                self._compared = True
            self._part(self._registry.parts or [])
            if self._mappings and self._mappings.learn(self._registry.mappings or []):
                self._decoder.use(self._mappings.compiled)
        if now >= self._next_report:
            self._next_report = now + BETWEEN_REPORTS
            self._link.publish(SYSTEM, msgspec.json.encode(self.report()), retain=True)
        if self._link.connected and not self._link.congested:
            for device, snapshot in self._newest.due(now):
                self._link.publish(live("device", device), msgspec.json.encode(snapshot), retain=True)

    def _order(self, ask: Ask, keep: float) -> None:
        self._link.publish(ask.topic, ask.payload, qos=1, keep=keep)

    def _look_for_controls(self, state: State) -> None:
        if not state.channels:
            return  # who has not spoken yet may be of any family
        if state.controls is None:
            state.controls = self._decoder.controls(state.name, state.switched)
        known = self._newest.known.get(state.name)
        if known is not None and not known.controls.issuperset(key for key, _ in state.controls):
            state.untold = True

    def _part(self, rows: list[PartRow]) -> None:
        """Take over which channels are another device's; the store tells it to whoever decodes again."""
        rows = sorted(rows)
        if rows == self._parts:
            return
        try:
            self._store.keep_parts(rows)
        except sqlite3.Error as error:
            log.warning("which channels are another device's can't be noted now (%s)", error)
            return
        self._decoder.part(rows)
        self._parts = rows

    def _wish(self, state: State) -> None:
        if state.untold:
            state.untold = False
            wish = Wish(state.profile, state.firmware, tuple(state.units.items()), state.controls or ())
            self._registry.wish(state.name, wish)

    def _report_first(self, state: State) -> None:
        """Whoever was let in before it spoke, and has no word for coming and going, is there all the same."""
        known = self._newest.known.get(state.name)
        if known is not None and known.status_at is None and state.online and state.status_at is not None:
            self._registry.report(state.name, online=True, at=state.status_at)

    def _wait(self, seconds: float) -> None:
        self._link.tend(seconds)
        self._try_to_show()
