"""The gate before amqtt: it reads CONNECT itself, and lets in only whom the device table knows.

amqtt looks sessions up before it checks a password, takes a last will to any topic, reads packets of any size
and never ends a silent connection; a connection that comes through here can do none of that.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from amqtt.adapters import BufferReader, ReaderAdapter, StreamWriterAdapter
from amqtt.errors import AMQTTError, MQTTError, NoDataError
from amqtt.mqtt.connect import ConnectPacket

from devices.broker.packets import Large, Packets, Unbearable

CONNECT = 0x10
LEVEL = 4  # MQTT 3.1.1
PATIENCE = 10  # seconds for a CONNECT to arrive
MOST_CONNECT = 128 * 1024
UNACCEPTABLE_VERSION, IDENTIFIER_REJECTED, NOT_AUTHORIZED = 1, 2, 5


class Refused(Exception):
    """The connection is not let in."""


class Rights(Protocol):
    def admits(self, name: str | None, password: str | None) -> bool: ...
    def may(self, name: str | None, topic: str) -> bool: ...


@dataclass(slots=True)
class GateKeeper:
    """Admits one connection; `owner` tells whose session a client id is already.

    `tell` is awaited with the account and each message of it that is too large to pass on.
    """

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    book: Rights
    owner: Callable[[str], str | None]
    tell: Callable[[str, Large], Awaitable[None]]
    name: str = ""  # who came

    async def admit(self) -> tuple[ReaderAdapter, StreamWriterAdapter]:
        """What amqtt reads and writes, beginning with the CONNECT that was checked.

        Raises:
            Refused: after the client was told why.
        """
        peer: socket.socket = self.writer.get_extra_info("socket")
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            head, body = await asyncio.wait_for(self._read_connect(), PATIENCE)
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
            raise Refused("no CONNECT") from None
        if len(body) < 10 or body[6] != LEVEL:
            await self._refuse(UNACCEPTABLE_VERSION, "only MQTT 3.1.1 is spoken here")
        packet = await _decode(head + body)
        await self._check(packet)
        # The time-out is kept here, one and a half times as the standard says; amqtt is told of none.
        silent = bytes(body[:8]) + b"\0\0" + bytes(body[10:])
        patience = 1.5 * packet.keep_alive if packet.keep_alive else None
        packets = Packets(
            self.reader,
            patience=patience,
            tell=partial(self.tell, packet.username or ""),
            answer=self.writer.write,
        )
        return GateReader(packets, head + silent, self.writer.transport.abort), GateWriter(self.writer)

    async def _read_connect(self) -> tuple[bytes, bytes]:
        head = bytearray(await self.reader.readexactly(1))
        if head[0] != CONNECT:
            raise Refused("the first packet is no CONNECT")
        length = 0
        for shift in (0, 7, 14):
            head += await self.reader.readexactly(1)
            length |= (head[-1] & 0x7F) << shift
            if head[-1] < 0x80:
                break
        if head[-1] >= 0x80 or length > MOST_CONNECT:
            raise Refused("CONNECT is too long")
        return bytes(head), await self.reader.readexactly(length)

    async def _check(self, packet: ConnectPacket) -> None:
        name = packet.username if packet.username_flag else None
        if not self.book.admits(name, packet.password if packet.password_flag else None):
            await self._refuse(NOT_AUTHORIZED, f"wrong credentials of {name!r}")
        if packet.will_flag and not self.book.may(name, packet.will_topic or ""):
            await self._refuse(NOT_AUTHORIZED, f"{name!r} may not leave a will at {packet.will_topic!r}")
        if self.owner(packet.client_id or "") not in {None, name}:
            await self._refuse(IDENTIFIER_REJECTED, f"{name!r} uses another account's client id")
        self.name = name or ""

    async def _refuse(self, code: int, why: str) -> None:
        self.writer.write(bytes([0x20, 2, 0, code]))
        with contextlib.suppress(ConnectionError):
            await self.writer.drain()
        raise Refused(why)


async def _decode(connect: bytes) -> ConnectPacket:
    try:
        return await ConnectPacket.from_stream(BufferReader(connect))
    except (AMQTTError, MQTTError, NoDataError, ValueError, IndexError) as error:
        raise Refused(f"CONNECT can't be read: {error}") from None


class GateReader(ReaderAdapter):
    """Gives back the CONNECT, then the stream: no packet too large, no silence too long."""

    def __init__(self, packets: Packets, first: bytes, cut: Callable[[], None]) -> None:
        self._packets, self._first, self._cut = packets, bytearray(first), cut

    async def read(self, n: int = -1) -> bytes:
        try:
            if not self._first and self._packets.between:
                self._first += await self._packets.head()
            if not self._first:
                return await self._packets.body(n)
        except TimeoutError:
            raise ConnectionResetError("silent for too long") from None
        except Unbearable as why:
            self._cut()
            raise ConnectionResetError(str(why)) from None
        piece = bytes(self._first[:n])
        del self._first[:n]
        return piece

    def feed_eof(self) -> None:
        self._cut()


class GateWriter(StreamWriterAdapter):
    """Never waits for ever for a client that reads nothing."""

    def get_ssl_info(self) -> ssl.SSLObject | None:
        return None

    async def close(self) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError):
            await asyncio.wait_for(super().close(), 1)
