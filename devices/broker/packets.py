"""Whole packets before amqtt sees them: of a PUBLISH far too large only the beginning is kept."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

PUBLISH = 3
QOS_1 = 1
LARGEST = 512 * 1024  # a packet of more is no reading of any family
HEAD = 16 * 1024
PIECE = 64 * 1024
PUBACK = b"\x40\x02"


class Unbearable(Exception):
    """This connection can't go on."""


@dataclass(frozen=True, slots=True)
class Large:
    """A message of `size` bytes, of which only the `head` was kept."""

    topic: str
    size: int
    retained: bool
    head: bytes

    def told(self) -> bytes:
        """As it goes to whoever keeps dead letters."""
        head = base64.b64encode(self.head).decode()
        facts = {"topic": self.topic, "size": self.size, "retain": self.retained, "head": head}
        return json.dumps(facts).encode()


class Packets:
    """`head` is the fixed header of a packet whose body may be read then; others never get that far.

    `tell` is awaited with each large one before it is acknowledged; reading waits `patience` seconds at most.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        *,
        patience: float | None,
        tell: Callable[[Large], Awaitable[None]],
        answer: Callable[[bytes], None],
    ) -> None:
        self._reader, self._patience, self._tell, self._answer = reader, patience, tell, answer
        self._left = 0

    async def head(self) -> bytes:
        """
        Raises:
            Unbearable: what comes is none that can be read, or skipped.
        """
        while True:
            head = await self._exactly(1)
            length = 0
            for shift in (0, 7, 14, 21):
                head += await self._exactly(1)
                length |= (head[-1] & 0x7F) << shift
                if head[-1] < 0x80:
                    break
            if head[-1] >= 0x80:
                raise Unbearable("the length of a packet has no end")
            if length <= LARGEST:
                self._left = length
                return head
            await self._let_go(head[0], length)

    async def body(self, n: int) -> bytes:
        """The next `n` bytes of the packet."""
        n = min(n, self._left)
        self._left -= n
        return await self._exactly(n)

    @property
    def between(self) -> bool:
        """Was a packet read to its end?"""
        return self._left == 0

    async def _let_go(self, first: int, length: int) -> None:
        qos = first >> 1 & 3
        if first >> 4 != PUBLISH or qos > QOS_1:
            raise Unbearable(f"a packet of {length} bytes")
        topic = await self._exactly(int.from_bytes(await self._exactly(2), "big"))
        number = await self._exactly(2) if qos else b""
        size = length - 2 - len(topic) - len(number)
        head = await self._exactly(min(HEAD, size))
        left = size - len(head)
        while left:
            left -= len(await self._exactly(min(PIECE, left)))
        await self._tell(Large(topic.decode(errors="replace"), size, bool(first & 1), head))
        if qos:
            self._answer(PUBACK + number)

    async def _exactly(self, n: int) -> bytes:
        return await asyncio.wait_for(self._reader.readexactly(n), self._patience)
