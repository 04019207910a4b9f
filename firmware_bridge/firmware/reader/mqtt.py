"""One connection to the broker that always comes back: QoS 1, last will, keep-alive, TLS."""

import asyncio
import random
import socket
from errno import EINPROGRESS

from reader import packets

KEEPALIVE = 20
PATIENCE = 5  # seconds for a broker to answer
FIRST_WAIT, LONGEST_WAIT = 0.5, 20.0
AT_ONCE = 8  # messages of ours that may be under way
TRIES_WITH_ONE_ADDRESS = 10
IPPROTO_TCP, TCP_NODELAY = 6, 1


class Mqtt:
    """Calls `opened()` after each connection, and `heard(topic, payload, retained)` for what comes."""

    def __init__(self, config, tls, topics, will, opened, heard):
        self.connected = False
        self.alive = 0  # packets heard, for the watchdog and the curious
        self._config, self._tls, self._will = config, tls, will
        self._topics, self._opened, self._heard = topics, opened, heard
        self._address = self._stream = None
        self._tries = self._mid = 0
        self._acks = {}

    async def keep(self):
        """Stay connected for ever."""
        wait = FIRST_WAIT
        while True:
            try:
                await self._session()
            except (OSError, EOFError, ValueError, IndexError, asyncio.TimeoutError) as error:
                print("mqtt:", error)
            wait = FIRST_WAIT if self.connected else min(2 * wait, LONGEST_WAIT)
            await self._close()
            await asyncio.sleep(wait * (0.5 + random.random() / 2))  # a whole lab must not return at once

    async def publish(self, topic, payload, retain=False, patience=PATIENCE):
        """Send with QoS 1; whether the broker took it in time."""
        if not self.connected or len(self._acks) >= AT_ONCE:
            return False
        self._mid = self._mid % 65535 + 1
        mid, taken = self._mid, asyncio.Event()
        self._acks[mid] = taken
        try:
            await self._send(packets.publish(topic, payload, mid, retain))
            await asyncio.wait_for(taken.wait(), patience)
            return self.connected
        except (OSError, asyncio.TimeoutError):
            return False
        finally:
            self._acks.pop(mid, None)

    async def _session(self):
        self._stream = self._dial()
        config = self._config
        hello = packets.connect(config.name, config.name, config.password, KEEPALIVE, self._will)
        await asyncio.wait_for(self._send(hello), PATIENCE)
        kind, _flags, body = await asyncio.wait_for(packets.read(self._stream), PATIENCE)
        if kind != packets.CONNACK or body[1]:
            raise OSError("the broker refuses us: %d" % (body[1] if kind == packets.CONNACK else -1))
        await self._send(packets.subscribe(self._topics, 1))
        kind, _flags, body = await asyncio.wait_for(packets.read(self._stream), PATIENCE)
        if kind != packets.SUBACK or 0x80 in body[2:]:
            raise OSError("the broker refuses our topics")
        self.connected, self._tries = True, 1
        self._opened()
        pinging = asyncio.create_task(self._ping())
        try:
            while True:
                await self._take(await packets.read(self._stream))
        finally:
            pinging.cancel()

    async def _take(self, packet):
        kind, flags, body = packet
        self.alive += 1
        if kind == packets.PUBLISH:
            topic, payload, mid, retained = packets.published(flags, body)
            if mid:
                await self._send(packets.puback(mid))
            try:
                self._heard(topic, payload, retained)
            except Exception as error:  # whatever came, the reader goes on
                print("heard on %s:" % topic, error)
        elif kind == packets.PUBACK:
            taken = self._acks.get(int.from_bytes(body[:2], "big"))
            if taken:
                taken.set()

    async def _ping(self):
        while True:
            heard = self.alive
            await asyncio.sleep(KEEPALIVE / 2)
            await self._send(packets.PING)
            await asyncio.sleep(PATIENCE)
            if self.alive == heard:
                await self._close()  # ends the reading, too
                return

    def _dial(self):
        config = self._config
        if (
            self._tries % TRIES_WITH_ONE_ADDRESS == 0
        ):  # looking a name up blocks, most of all without a network
            self._address = socket.getaddrinfo(config.host, config.port)[0]
        self._tries += 1
        sock = socket.socket(self._address[0], socket.SOCK_STREAM)
        sock.setblocking(False)
        sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)  # a tap must not wait 40 ms for a packet to fill
        try:
            sock.connect(self._address[-1])
        except OSError as error:
            if error.errno != EINPROGRESS:
                sock.close()
                raise
        if self._tls:
            sock = self._tls.wrap_socket(sock, server_hostname=config.host, do_handshake_on_connect=False)
        return asyncio.StreamReader(sock)

    async def _send(self, packet):
        stream = self._stream
        if stream is None:
            raise OSError("not connected")
        stream.write(packet)
        await stream.drain()

    async def _close(self):
        stream, self._stream, self.connected = self._stream, None, False
        for taken in self._acks.values():
            taken.set()
        if stream is not None:
            try:
                stream.close()
                await stream.wait_closed()
            except OSError:
                pass
