"""Screens of `live` in a process of their own: many sockets that read every frame and say how old it was.

`python -m tests.bench._screens ADDRESS TOKEN SCREENS`: says that it watches, counts from the first line that
it is told until its input ends, and says what it saw as one line of JSON.
"""

import asyncio
import json
import os
import sys
import time
from dataclasses import dataclass, field

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.bench._lab import percentile

QUIET = 1.5  # seconds


class Picture(msgspec.Struct, gc=False):
    at: float
    n: int


class Frame(msgspec.Struct):
    seq: int
    state: dict[str, Picture]
    full: bool = False


_decode = msgspec.json.Decoder(Frame).decode


@dataclass
class Screen:
    """What one socket saw; `ages` are those of pictures that were news, in seconds."""

    seq: int = 0
    frames: int = 0
    again: int = 0  # whole states that made good for lost frames
    holes: int = 0  # frames that are missing, and nothing made good for them
    ages: list[float] = field(default_factory=list)
    newest: dict[str, int] = field(default_factory=dict)
    closed: bool = False

    def see(self, raw: str | bytes) -> None:
        now, frame = time.time(), _decode(raw)
        first, before = not self.frames, self.seq
        if frame.full and not first:
            self.again += 1
        elif before > 1 and frame.seq != before + 1:  # the first frame is 1 whatever the others are at
            self.holes += 1
        self.seq = frame.seq
        self.frames += 1
        for topic, picture in frame.state.items():
            if picture.n > self.newest.get(topic, -1):
                self.newest[topic] = picture.n
                if not first:
                    self.ages.append(now - picture.at)


async def main(address: str, token: str, count: int) -> None:
    screens, tasks = [Screen() for _ in range(count)], []
    headers = {"Authorization": f"Bearer {token}"}
    for screen in screens:
        socket = await connect(address, additional_headers=headers, open_timeout=60, max_size=None)
        tasks.append(asyncio.create_task(_watch(socket, screen)))
    _say("watching")
    await asyncio.to_thread(sys.stdin.readline)
    for screen in screens:
        screen.ages.clear()
    began, cpu = time.monotonic(), time.process_time()
    await asyncio.to_thread(sys.stdin.read)
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    await _quiet(screens)
    for task in tasks:
        task.cancel()
    _say(json.dumps(_summary(screens) | {"screens_cpu": round(cpu / seconds, 2)}))
    os._exit(0)


async def _quiet(screens: list[Screen]) -> None:
    """Nothing new is under way any more."""
    before = -1
    while (seen := sum(len(screen.ages) for screen in screens)) != before:
        before = seen
        await asyncio.sleep(QUIET)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def _watch(socket: ClientConnection, screen: Screen) -> None:
    try:
        async for raw in socket:
            screen.see(raw)
    except ConnectionClosed:
        screen.closed = True


def _summary(screens: list[Screen]) -> dict:
    ages = [age for screen in screens for age in screen.ages]
    newest = {topic: max(screen.newest.get(topic, -1) for screen in screens) for topic in screens[0].newest}
    return {
        "p50": percentile(ages, 0.5),
        "p95": percentile(ages, 0.95),
        "p99": percentile(ages, 0.99),
        "pictures": len(ages),
        "frames": sum(screen.frames for screen in screens),
        "caught_up_by_a_whole_state": sum(screen.again for screen in screens),
        "silent_holes": sum(screen.holes for screen in screens),
        "screens_not_up_to_date": sum(screen.newest != newest for screen in screens),
        "closed": sum(screen.closed for screen in screens),
    }


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
