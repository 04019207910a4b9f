"""One serial line and the devices on it, on a thread that waits for bytes and for commands at once."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping

from firmware_bridge.links.osdp import NoLibrary
from firmware_bridge.links.serial import Lost, Wire
from firmware_bridge.serial.driving import Done, Driver, Heard, Turned, Values
from firmware_bridge.serial.leases import Leases
from firmware_bridge.serial.post import Post
from firmware_bridge.serial.voice import Voice
from firmware_bridge.wire.cards import Card, Garbage
from firmware_bridge.wire.orders import Order

log = logging.getLogger("etabli.serial")

NOT_OPEN = "the line is not open yet"
FAILED = "a step failed"
FIRST_WAIT, LONGEST_WAIT = 0.25, 2.0  # seconds between two tries to open a line
BLIND = 0.02  # seconds between two looks at a line that can't be waited for
IDLE = 0.5
AFTER_AN_ERROR = 0.5


class Line(threading.Thread):
    """`trouble` is what is wrong with each device, in a sentence; empty when nothing is."""

    def __init__(
        self, name: str, kind: str, *, wire: Wire, driver: Driver, voices: Mapping[str, Voice],
        post: Post, leases: Leases,
    ) -> None:  # fmt: skip
        super().__init__(name=f"line {name}", daemon=True)
        self.trouble = dict.fromkeys(voices, NOT_OPEN)
        self._kind, self._wire, self._driver = kind, wire, driver
        self._voices, self._post, self._leases = dict(voices), post, leases
        self._ending = threading.Event()
        self._wait, self._next_try, self._next_tick = FIRST_WAIT, 0.0, 0.0

    def answering(self) -> frozenset[str]:
        return frozenset(name for name, voice in self._voices.items() if voice.is_online)

    def end(self) -> None:
        self._ending.set()

    def run(self) -> None:
        while not self._ending.is_set():
            try:
                self._step()
            except Lost as lost:
                self._lose(lost.why, str(lost))
            except NoLibrary as missing:
                self._lose(str(missing))
            except Exception:
                log.exception("%s: a step failed; the line is opened anew", self.name)
                self._lose(FAILED)
                self._ending.wait(AFTER_AN_ERROR)
        for voice in self._voices.values():
            voice.link.alarms = ()  # what is closed can't be waited for
        self._wire.close()
        for voice in self._voices.values():
            voice.close()

    def _step(self) -> None:
        if not self._wire.is_open and time.monotonic() >= self._next_try:
            self._open()
        self._listen(self._pause())
        if self._wire.is_open:
            self._serve()
        self._end_leases()

    def _open(self) -> None:
        self._wire.open()
        self._wait = FIRST_WAIT
        log.info("%s is open", self.name)
        self.trouble = dict.fromkeys(self._voices, "")
        self._tell(self._driver.opened(time.monotonic()))

    def _serve(self) -> None:
        data = self._wire.read()
        now = time.monotonic()
        if data:
            self._tell(self._driver.feed(data, now))
        if now >= self._next_tick or data:
            self._next_tick = now + self._driver.pause
            self._tell(self._driver.tick(now))
        self._send()

    def _send(self) -> None:
        out = self._driver.outgoing()
        if out:
            self._wire.write(out)

    def _pause(self) -> float:
        """How long to wait for something to come."""
        now = time.monotonic()
        if not self._wire.is_open:
            return max(min(self._next_try - now, IDLE), 0.0)
        longest = BLIND if self._wire.fileno() is None else IDLE
        return max(min(self._next_tick - now, longest), 0.0)

    def _listen(self, pause: float) -> None:
        """Take commands; the first link waits, for the line and for the other links as well."""
        first, *others = self._voices.values()
        sources = [self._wire.fileno(), *(each.link.fileno() for each in others)]
        first.link.alarms = tuple(source for source in sources if source is not None)
        for voice in (first, *others):
            for found in voice.orders(pause if voice is first else 0.0):
                if isinstance(found, Garbage):
                    self._post.put(voice.device, self._kind, found)
                else:
                    self._obey(voice, found)
            voice.beat()

    def _obey(self, voice: Voice, order: Order) -> None:
        if order.expires is not None and time.time() > order.expires:
            voice.acknowledge(Done(order.id, ok=False, state="expired"))
        elif not self._wire.is_open:
            voice.acknowledge(Done(order.id, ok=False, state="offline"))
        elif order.do == "restart":  # what hangs on a line knows none
            voice.acknowledge(Done(order.id, ok=False, state="unsupported"))
        else:
            if order.do == "relay":
                self._lease(voice.device, order)
            self._tell(self._driver.obey(voice.device, order, time.monotonic()))
            self._send()

    def _lease(self, device: str, order: Order) -> None:
        if order.on and order.seconds:
            self._leases.grant(device, time.time() + order.seconds)
        else:
            self._leases.end(device)

    def _end_leases(self) -> None:
        """Switch off what nobody renewed; not while the broker is away: then nobody could have."""
        for device, voice in self._voices.items():
            if self._leases.over(device, time.time()) and voice.is_online and voice.link.connected:
                self._leases.end(device)
                log.info("%s: the lease of its relay has ended", device)
                self._switch(device, on=False)

    def _switch(self, device: str, *, on: bool) -> None:
        """A relay's own business: nobody asked, so nobody gets an answer."""
        self._tell(self._driver.obey(device, Order(id="", do="relay", on=on), time.monotonic()))

    def _tell(self, heard: list[Heard]) -> None:
        for each in heard:
            voice, what = self._voices[each.device], each.what
            if isinstance(what, Card):
                if not voice.tap(what):
                    self._post.put(voice.device, self._kind, Garbage(b"", "more cards than anybody can tap"))
            elif isinstance(what, Garbage):
                self._post.put(voice.device, self._kind, what)
            elif isinstance(what, Values):
                voice.tell(what.values)
            elif isinstance(what, Done):
                voice.acknowledge(what)
            else:
                self._turn(voice, what)

    def _turn(self, voice: Voice, turned: Turned) -> None:
        self.trouble = self.trouble | {voice.device: turned.why}
        if turned.online is not voice.is_online or turned.why:
            state = "is there" if turned.online else turned.why
            log.log(logging.INFO if turned.online else logging.WARNING, "%s: %s", voice.device, state)
        voice.turn(turned.online, turned.firmware)
        if turned.online and self._leases.holds(voice.device, time.time()):
            self._switch(voice.device, on=True)  # it may have lost its power, or we our memory

    def _lose(self, why: str, said: str = "") -> None:
        """The line is gone: its devices are offline until it is back. The same trouble is told once."""
        if why not in self.trouble.values():
            log.warning("%s: %s", self.name, f"{why} ({said})" if said else why)
        if self._wire.is_open:
            self._wire.close()
            self._tell(self._driver.closed())
        self.trouble = dict.fromkeys(self._voices, why)
        for voice in self._voices.values():
            voice.turn(online=False)
        self._next_try = time.monotonic() + self._wait
        self._wait = min(2 * self._wait, LONGEST_WAIT)
