"""Sends what was decided alone, the oldest first, until the server says that it has it."""

import asyncio
import json

from reader.said import said_log

BATCH = 20
PATIENCE = 10  # seconds for the server to note a batch; then it is sent again
KEPT = ("uid", "nonce", "reason", "list", "lease")


class Uploads:
    """One batch at a time; a broker's word is not enough to forget it, only the server's is."""

    def __init__(self, mqtt, topic, journal, clock, boot):
        self._mqtt, self._topic, self._journal = mqtt, topic, journal
        self._clock, self._boot = clock, boot
        self._awake, self._noted, self._number = asyncio.Event(), asyncio.Event(), ""

    def wake(self):
        self._awake.set()

    def noted(self, payload):
        """The server has a batch."""
        try:
            known = json.loads(payload)["id"] == self._number
        except (ValueError, KeyError, TypeError):
            known = False
        if known:
            self._noted.set()

    async def run(self):
        while True:
            await self._awake.wait()
            self._awake.clear()
            while len(self._journal) and self._mqtt.connected:
                await self._send()

    async def _send(self):
        records = self._journal.oldest(BATCH)
        self._number = "%s-%d" % (self._boot, records[-1]["n"])
        self._noted.clear()
        events = [self._event(record) for record in records]
        await self._mqtt.publish(self._topic, said_log(self._number, events, self._clock.now_ms()))
        try:
            await asyncio.wait_for(self._noted.wait(), PATIENCE)
            self._journal.forget(records[-1]["n"])
        except asyncio.TimeoutError:
            pass

    def _event(self, record):
        """What the server is told, and when it was, in ms, by what the clock knows now."""
        facts = {key: record[key] for key in KEPT if key in record}
        facts["verdict"] = "granted" if record["granted"] else "refused"
        if record["boot"] == self._boot and self._clock.trusted:
            return facts, self._clock.when(record["up"])
        if not record["sure"]:
            facts["clock"] = "lost"
        return facts, record["at"]
