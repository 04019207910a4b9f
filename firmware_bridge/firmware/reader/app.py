"""The reader: a card comes, the server is asked, and if it does not answer the list decides."""

import asyncio
import os
from binascii import hexlify

from reader import clock as clocks
from reader import words
from reader.allowlist import Decision
from reader.clock import Clock
from reader.guards import Door, Machine
from reader.holding import Holding
from reader.journal import Journal
from reader.mqtt import Mqtt
from reader.orders import Orders
from reader.said import said
from reader.uploads import Uploads

FIRMWARE = "1.0.0"
PATIENCE, SHORT_PATIENCE = 2.0, 0.3  # seconds for the server's answer; the shorter after it was silent once
TICK = 0.1
BETWEEN_READINGS, BETWEEN_WORDS = 20, 300
BETWEEN_SYNCS, BETWEEN_TRIES = 3600, 10
STUCK_MS = 30_000
WIDTH = 16  # signs in a line of the display


class Reader:
    """Everything that one device does; `board` is the only thing that knows hardware."""

    def __init__(self, config, board):
        self.config, self.board = config, board
        self.clock = Clock(board.uptime, board.folder)
        self.journal = Journal(board.folder)
        self.list = Holding(config, self.clock, board.folder)
        self.guard = Door(board) if config.is_door else Machine(board)
        self.orders = Orders(self.guard, self.clock)
        will = (config.topic("status"), "offline")
        topics = [config.topic(what) for what in ("command", "allowlist", "noted")]
        self.mqtt = Mqtt(config, config.tls_context(), topics, will, self._opened, self._heard)
        self._boot, self._taps = hexlify(os.urandom(3)).decode(), 0
        self.uploads = Uploads(self.mqtt, config.topic("log"), self.journal, self.clock, self._boot)
        self._asked, self._answered = None, asyncio.Event()  # the tap that waits: (UID, nonce)
        self._patience = PATIENCE

    async def run(self):
        await self.board.start()
        told = self.board.time_ms()
        if told:
            self.clock.set(told)
        loops = (self._cards, self._tick, self._report, self._sync, self.mqtt.keep, self.uploads.run)
        await asyncio.gather(*[loop() for loop in loops])

    async def _cards(self):
        while True:
            self._show("ready", "ready")
            uid = (await self.board.card()).upper()
            self._taps += 1
            nonce = "%s-%06d" % (self._boot, self._taps)
            if not self.mqtt.connected or not await self._ask(uid, nonce):
                self._decide(uid, nonce)
            await asyncio.sleep(self.board.pause)

    async def _ask(self, uid, nonce):
        """Whether the server answered, and was obeyed."""
        self._asked = uid, nonce
        self._answered.clear()
        self.board.show("wait", [])
        asking = asyncio.create_task(self._say("tap", {"uid": uid, "nonce": nonce}, self.clock.stamp()))
        try:
            await asyncio.wait_for(self._answered.wait(), self._patience)
            self._patience = PATIENCE
            return True
        except asyncio.TimeoutError:
            asking.cancel()
            self._patience = SHORT_PATIENCE
            return False
        finally:
            self._asked = None  # a command that comes later is not obeyed

    def _decide(self, uid, nonce):
        """Decide alone: the line is on flash before anything moves."""
        decision, guard = self._decision(uid), self.guard
        record = {"uid": uid, "nonce": nonce, "granted": decision.granted, "reason": decision.reason}
        record["list"], record["boot"], record["sure"] = self.list.version, self._boot, self.clock.trusted
        record["up"], record["at"] = self.board.uptime(), self.clock.now_ms()
        starts = decision.granted and decision.reason == "welcome" and not guard.is_door
        if starts:
            record["lease"] = decision.seconds
        if not self.journal.append(record, decision.granted):
            decision = Decision(False, "internal_error")
        elif starts:
            guard.start(decision.seconds, uid)
        elif decision.granted and guard.is_door:
            guard.unlock(decision.seconds)
        elif decision.granted:
            guard.stop()
        self.uploads.wake()
        self._show("yes" if decision.granted else "no", decision.reason, "alone")

    def _decision(self, uid):
        guard = self.guard
        if guard.is_door or not guard.on:
            return self.list.decide(uid)
        mine = guard.who == uid and not guard.busy
        return Decision(mine, "goodbye" if mine else "machine_busy")

    def _opened(self):
        asyncio.create_task(self._introduce())

    async def _introduce(self):
        kind = "door-reader" if self.guard.is_door else "machine-reader"
        channels = [{"key": key, "unit": "s" if key == "lease" else ""} for key in self._facts()]
        await self._say("hello", {"profile": kind, "firmware": FIRMWARE, "channels": channels})
        await self.mqtt.publish(self.config.topic("status"), b"online", retain=True)
        self.uploads.wake()

    def _heard(self, topic, payload, retained):
        what = topic.rsplit("/", 1)[-1]
        if what == "allowlist":
            self._tell_list(self.list.take(payload))
        elif what == "noted":
            self.uploads.noted(payload)
        elif what == "command" and not retained:
            self._obey(payload)

    def _obey(self, payload):
        obeyed = self.orders.obey(payload, self._asked)
        if obeyed is None:
            return
        told, mine, text = obeyed
        self._acknowledge(told)
        if mine:
            good = told["ok"] and told["state"] != "refused"
            self.board.show("yes" if good else "no", words.lines(text, WIDTH))
            self._answered.set()
        elif text and told["ok"]:
            self.board.show("ready", words.lines(text, WIDTH))

    def _tell_list(self, refusal=""):
        version = self.list.version
        facts = {"id": "allowlist-%d" % version, "ok": not refusal, "state": refusal or "held"}
        facts["list"], facts["pending"] = version, len(self.journal)
        self._acknowledge(facts)

    def _acknowledge(self, facts):
        asyncio.create_task(self._say("ack", facts, self.clock.now_ms() if self.clock.trusted else None))

    async def _tick(self):
        while True:
            if self.guard.tick():
                asyncio.create_task(self._say_readings())
            if self.guard.on or self.board.uptime() - self.board.beat < STUCK_MS:
                self.board.feed()  # a card module that is stuck is worth a restart, but no job that runs
            self.clock.keep()
            await asyncio.sleep(TICK)

    async def _report(self):
        seconds = 0
        while True:
            await asyncio.sleep(BETWEEN_READINGS)
            await self._say_readings()
            seconds += BETWEEN_READINGS
            if seconds >= BETWEEN_WORDS:
                seconds = 0
                self._tell_list()

    async def _sync(self):
        while self.config.ntp:
            told = await clocks.ask(self.config.ntp) if self.board.online() else None
            good = told is not None and self.clock.set(told)
            if good:
                self._tell_list()  # with the time: only now can the server see by how much we are off
            await asyncio.sleep(BETWEEN_SYNCS if good else BETWEEN_TRIES)

    def _facts(self):
        return dict(self.guard.facts(), list=self.list.version, pending=len(self.journal))

    async def _say_readings(self):
        await self._say("readings", self._facts(), self.clock.stamp())

    async def _say(self, what, facts, at=None):
        return await self.mqtt.publish(self.config.topic(what), said(facts, at))

    def _show(self, light, *codes):
        self.board.show(light, [words.word(code, self.config.language) for code in codes])
