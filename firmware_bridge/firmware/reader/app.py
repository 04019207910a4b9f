"""The reader: a card comes, the server is asked, and if it does not answer the list decides."""

import asyncio
import json
import os
from binascii import hexlify

from reader import clock as clocks
from reader import files, words
from reader.allowlist import BadList, Decision, opened
from reader.clock import Clock
from reader.guards import Door, Machine
from reader.journal import Journal
from reader.keyed import badge_print
from reader.mqtt import Mqtt
from reader.said import expired, said
from reader.uploads import Uploads

FIRMWARE = "1.0.0"
PATIENCE, SHORT_PATIENCE = 2.0, 0.3  # seconds for the server's answer; the shorter after it was silent once
TICK = 0.1
BETWEEN_READINGS, BETWEEN_WORDS = 20, 300
BETWEEN_SYNCS, BETWEEN_TRIES = 3600, 10
MOST_SEEN = 16
STUCK_MS = 30_000


class Asked:
    """A tap that waits for its one command."""

    def __init__(self, uid, nonce):
        self.uid, self.nonce = uid, nonce
        self.answered = asyncio.Event()


class Reader:
    """Everything that one device does; `board` is the only thing that knows hardware."""

    def __init__(self, config, board):
        self.config, self.board = config, board
        self.clock = Clock(board.uptime, board.folder)
        self.journal = Journal(board.folder)
        self.guard = Door(board) if config.is_door else Machine(board)
        self.list = None
        self._list_path = board.folder + "/allowlist.json"
        self._boot, self._taps = hexlify(os.urandom(3)).decode(), 0
        self._asked, self._patience, self._seen = None, PATIENCE, []
        will = (config.topic("status"), "offline")
        topics = [config.topic(what) for what in ("command", "allowlist", "noted")]
        self.mqtt = Mqtt(config, config.tls_context(), topics, will, self._opened, self._heard)
        self.uploads = Uploads(self.mqtt, config.topic("log"), self.journal, self.clock, self._boot)
        self._recall()

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
            uid = await self.board.card()
            await self._tapped(uid.upper())
            await asyncio.sleep(self.board.pause)

    async def _tapped(self, uid):
        self._taps += 1
        nonce = "%s-%06d" % (self._boot, self._taps)
        if self.mqtt.connected and await self._ask(uid, nonce):
            return
        self._decide(uid, nonce)

    async def _ask(self, uid, nonce):
        """Whether the server answered, and was obeyed."""
        asked = self._asked = Asked(uid, nonce)
        self.board.show("wait", [])
        asking = asyncio.create_task(self._say("tap", {"uid": uid, "nonce": nonce}, self.clock.stamp()))
        try:
            await asyncio.wait_for(asked.answered.wait(), self._patience)
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
        decision = self._decision(uid)
        record = {"uid": uid, "nonce": nonce, "granted": decision.granted, "reason": decision.reason}
        record["list"] = self.list.version if self.list else 0
        record["up"], record["at"] = self.board.uptime(), self.clock.now_ms()
        record["boot"], record["sure"] = self._boot, self.clock.trusted
        starts = decision.granted and decision.reason == "welcome" and not self.guard.is_door
        if starts:
            record["lease"] = decision.seconds
        if not self.journal.append(record, decision.granted):
            decision = Decision(False, "internal_error")
        elif starts:
            self.guard.start(decision.seconds, uid)
        elif decision.granted and self.guard.is_door:
            self.guard.unlock(decision.seconds)
        elif decision.granted:
            self.guard.stop()
        self.uploads.wake()
        self._show("yes" if decision.granted else "no", decision.reason, "alone")

    def _decision(self, uid):
        guard = self.guard
        if not guard.is_door and guard.on:
            mine = guard.who == uid and not guard.busy
            return Decision(mine, "goodbye" if mine else "machine_busy")
        if self.list is None:
            return Decision(False, "internal_error")
        try:
            who = badge_print(uid, self.config.site_key, self.config.key)
        except ValueError:
            return Decision(False, "unknown_badge")
        return self.list.decide(who, self.clock.now(), self.clock.trusted)

    def _opened(self):
        asyncio.create_task(self._introduce())

    async def _introduce(self):
        kind = "door-reader" if self.guard.is_door else "machine-reader"
        units = {"lease": "s"}
        channels = [{"key": key, "unit": units.get(key, "")} for key in self._facts()]
        await self._say("hello", {"profile": kind, "firmware": FIRMWARE, "channels": channels})
        await self.mqtt.publish(self.config.topic("status"), b"online", retain=True)
        self.uploads.wake()

    def _heard(self, topic, payload, retained):
        what = topic.rsplit("/", 1)[-1]
        if what == "allowlist":
            self._take_list(payload)
        elif what == "noted":
            self.uploads.noted(payload)
        elif what == "command" and not retained:
            self._obey(payload)

    def _take_list(self, payload):
        try:
            newer = self._opened_list(payload)
            if self.list is not None and newer.version < self.list.version:
                raise BadList("old version")
        except BadList as bad:
            self._tell_list(str(bad))
            return
        if self.list is None or newer.version > self.list.version:
            files.replace(self._list_path, payload)
        self.list = newer
        self.clock.not_before(newer.issued)
        self._tell_list()

    def _recall(self):
        """The list of a former life, if it is still good: after a power cut there may be no server."""
        try:
            self.list = self._opened_list(files.read(self._list_path))
            self.clock.not_before(self.list.issued)
        except BadList:
            pass

    def _opened_list(self, payload):
        found = opened(payload, self.config.key)
        if found.is_door != self.guard.is_door and found.entries:
            raise BadList("for another kind")
        return found

    def _tell_list(self, refusal=""):
        version = self.list.version if self.list else 0
        facts = {"id": "allowlist-%d" % version, "ok": not refusal, "state": refusal or "held"}
        facts["list"], facts["pending"] = version, len(self.journal)
        self._acknowledge(facts)

    def _acknowledge(self, facts):
        asyncio.create_task(self._say("ack", facts, self.clock.now_ms() if self.clock.trusted else None))

    def _obey(self, payload):
        try:
            command = json.loads(payload)
            number, what, nonce = command["id"], command["do"], command.get("nonce")
        except (ValueError, KeyError, AttributeError, TypeError):
            return
        if number in self._seen:
            return  # delivered twice
        self._seen = self._seen[1 - MOST_SEEN :] + [number]
        asked = self._asked if self._asked and self._asked.nonce == nonce else None
        if nonce and asked is None:
            ok, state = False, "late"
        elif asked is None and self.clock.trusted and expired(payload, self.clock.now()):
            ok, state = False, "expired"
        else:
            ok, state = self._do(what, command, asked)
        self._acknowledge({"id": number, "ok": ok, "state": state})
        if asked:
            self.board.show(
                "yes" if what != "refuse" and ok else "no", words.lines(command.get("text", ""), 16)
            )
            asked.answered.set()

    def _do(self, what, command, asked):
        """(ok, state) of a command; only a tap opens or starts anything."""
        guard = self.guard
        if what == "refuse":
            return True, "refused"
        if what == "unlock" and guard.is_door and asked:
            guard.unlock(int(command.get("seconds", 0)))
            return True, "unlocked"
        if what != "relay" or guard.is_door:
            return False, "unsupported"
        if not command.get("on"):
            return (True, "off") if guard.stop() else (False, "busy")
        seconds = int(command.get("lease", 0))
        if asked:
            guard.start(seconds, asked.uid)
            return True, "on"
        return (True, "on") if guard.renew(seconds) else (False, "off")

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
            await asyncio.sleep(BETWEEN_SYNCS if good else BETWEEN_TRIES)

    def _facts(self):
        return dict(self.guard.facts(), list=self.list.version if self.list else 0, pending=len(self.journal))

    async def _say_readings(self):
        await self._say("readings", self._facts(), self.clock.stamp())

    async def _say(self, what, facts, at=None):
        return await self.mqtt.publish(self.config.topic(what), said(facts, at))

    def _show(self, light, *codes):
        self.board.show(light, [words.word(code, self.config.language) for code in codes])
