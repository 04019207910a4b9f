"""A reader without hardware: cards and machines are lines on a TCP port of this computer.

`tap 04A1B2C3` holds a card to it, `busy 1` lets the machine work, `speed 60` lets its time run a minute a
second; each line is answered by the reader's whole state as JSON.
"""

import asyncio
import json
import sys
import time


class Board:
    pause = 0.0

    def __init__(self, config):
        self.folder, self.state = ".", {"relay": False, "light": "", "lines": [], "answers": 0, "answer": []}
        self._host_time = not config.ntp
        self._port = config.pins.get("control", 0)
        self._cards, self._arrived = [], asyncio.Event()
        self._busy, self._speed = False, 1
        self._up, self._mark = 0, time.ticks_ms()

    @property
    def beat(self):
        return self.uptime()

    async def start(self):
        await asyncio.start_server(self._serve, "127.0.0.1", self._port)

    def uptime(self):
        now = time.ticks_ms()
        self._up += time.ticks_diff(now, self._mark) * self._speed
        self._mark = now
        return self._up

    def time_ms(self):
        """This computer's own time, unless a time server is named."""
        return time.time_ns() // 1_000_000 if self._host_time else None

    def relay(self, on):
        self.state["relay"] = on

    def busy(self):
        return self._busy

    def online(self):
        return True

    def feed(self):
        pass

    def restart(self):
        sys.exit(1)

    def show(self, light, lines):
        self.state["light"], self.state["lines"] = light, lines
        if light in ("yes", "no"):
            self.state["answers"] += 1
            self.state["answered_at"] = self.uptime()
            self.state["answer"] = [light] + lines

    async def card(self):
        while not self._cards:
            self._arrived.clear()
            await self._arrived.wait()
        return self._cards.pop(0)

    async def _serve(self, stream, _writer):
        try:
            while line := await stream.readline():
                try:
                    self._do(*line.decode().split())
                except (ValueError, TypeError):  # a slip of the hand: the state is the answer
                    pass
                self.state["uptime"] = self.uptime()
                stream.write(json.dumps(self.state).encode() + b"\n")
                await stream.drain()
        except OSError:
            pass
        stream.close()

    def _do(self, what="", word=""):
        if what == "tap":
            self._cards.append(word)
            self._arrived.set()
        elif what == "busy":
            self._busy = word == "1"
        elif what == "speed":
            self.uptime()
            self._speed = int(word)
