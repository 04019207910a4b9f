"""The broker without mosquitto: amqtt (MQTT 3.1.1) behind a gate that knows the device table."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import ssl
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from amqtt.broker import Broker
from amqtt.contexts import Action, BrokerConfig, ListenerConfig, ListenerType
from amqtt.plugins.base import BaseAuthPlugin
from amqtt.session import Session

from devices import credentials
from devices.broker.accounts import Account
from devices.broker.acl import may
from devices.broker.attendance import Attendance
from devices.broker.conf import plain_hosts
from devices.broker.gate import GateKeeper, Refused
from devices.broker.handler import Handler, waiting_for
from devices.broker.packets import QOS_1, Large
from lab.listeners import Listeners

LISTENER = "default"
TOO_LARGE = "etabli/broker/large"

log = logging.getLogger(__name__)


class Book:
    """Who may connect now, in memory; a password that was right once is known by its digest."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}
        self._proved: set[tuple[str, bytes]] = set()

    def replace(self, accounts: Iterable[Account]) -> set[str]:
        """Admit exactly these; returns the names whose password is no longer good."""
        new = {account.name: account for account in accounts}
        ended = {
            name
            for name, account in self._accounts.items()
            if name not in new or new[name].credential != account.credential
        }
        if ended:
            self._proved.clear()
        self._accounts = new
        return ended

    def admits(self, name: str | None, password: str | None) -> bool:
        account = self._accounts.get(name or "")
        if account is None or password is None:
            return False
        proof = (account.credential, hashlib.sha256(password.encode()).digest())
        if proof not in self._proved and credentials.verify(password, account.credential):
            self._proved.add(proof)
        return proof in self._proved

    def may(self, name: str | None, topic: str, *, read: bool = False) -> bool:
        account = self._accounts.get(name or "")
        return account is not None and may(account, topic, read=read)


class TablePlugin(BaseAuthPlugin):
    """amqtt's own question about a password, answered from the book."""

    @dataclass
    class Config:
        book: Book

    async def authenticate(self, *, session: Session) -> bool:
        return bool(self.config.book.admits(session.username, session.password))


class EmbeddedBroker(Broker):
    """amqtt with the book's rights, and without what it would tell to the wrong people."""

    def __init__(self, book: Book) -> None:
        listener = ListenerConfig(type=ListenerType.EXTERNAL, bind="gate")
        plugin = f"{TablePlugin.__module__}.{TablePlugin.__qualname__}"
        super().__init__(BrokerConfig(listeners={LISTENER: listener}, plugins={plugin: {"book": book}}))
        self.book = book
        self._deliveries: set[asyncio.Task[object]] = set()

    async def _topic_filtering(self, session: Session, topic: str, action: Action) -> bool:
        # As a plugin it would be a task for each delivery; meanwhile another client's SUBSCRIBE would change
        # the dictionary that amqtt walks, and the message would be lost.
        return action == Action.RECEIVE or self.book.may(
            session.username, topic, read=action == Action.SUBSCRIBE
        )

    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Session
    ) -> None:
        # On every connection amqtt offers what is retained under anybody's subscriptions.
        if any(subscriber is session for subscriber, _ in self.subscriptions.get(subscription[0], ())):
            await super()._publish_retained_messages_for_subscription(subscription, session)

    async def _publish_session_retained_messages(self, session: Session) -> None:
        # What waited for an absent client is new to it; amqtt would mark it as retained.
        handler = self._get_handler(session)
        waiting = session.retained_messages
        while handler and not waiting.empty():
            one = waiting.get_nowait()
            waiting_for(session).done(len(one.data))
            self._deliver(handler.mqtt_publish(one.topic, one.data, one.qos, retain=False))

    async def _retain_broadcast_message(
        self, broadcast: dict[str, Any], qos: int, target_session: Session
    ) -> None:
        # amqtt would let any number wait for a client that is away.
        if waiting_for(target_session).take(len(broadcast["data"]), target_session.client_id):
            await super()._retain_broadcast_message(broadcast, qos, target_session)

    async def _initialize_client_session(self, *connection: Any) -> tuple[Handler, Session]:
        _, session = await super()._initialize_client_session(*connection)
        return Handler(self.plugins_manager, loop=self._loop, kept=self._retained_messages), session

    def _deliver(self, delivery: Coroutine[Any, Any, object]) -> None:
        """Let a delivery take its time; what its receiver never acknowledges is not waited for."""
        task = asyncio.ensure_future(delivery)
        self._deliveries.add(task)
        task.add_done_callback(self._delivered)

    def _delivered(self, task: asyncio.Task[object]) -> None:
        self._deliveries.discard(task)
        if not task.cancelled() and task.exception():
            log.warning("a message that waited for its receiver was not delivered: %s", task.exception())

    def owner(self, client_id: str) -> str | None:
        """The account whose session a client id is."""
        session = self.sessions.get(client_id, (None, None))[0]
        return None if session is None else session.username

    async def tell_of(self, name: str, large: Large) -> None:
        """Let telemetry keep the beginning of a message that is too large to pass on."""
        if self.book.may(name, large.topic):
            await self.internal_message_broadcast(TOO_LARGE, large.told(), QOS_1)

    async def put_out(self, names: set[str]) -> None:
        """End the sessions of accounts that lost their rights; their last wills are sent."""
        for session, handler in list(self.sessions.values()):
            if session.username in names:
                await handler.handle_connection_closed()


class Server:
    """The embedded broker on its port: `start`, `admit` as often as wished, `stop`."""

    def __init__(
        self,
        *,
        bind: str,
        port: int,
        listeners: Listeners | None = None,
        attendance: Attendance | None = None,
    ) -> None:
        self.bind, self.port, self.listeners = bind, port, listeners or Listeners()
        self.attendance = attendance or Attendance(lambda: datetime.now(UTC))
        self.book = Book()
        self._broker: EmbeddedBroker | None = None
        self._servers: list[asyncio.Server] = []
        self._context: ssl.SSLContext | None = None
        self._stamp: tuple[int, ...] = ()
        self._open: set[asyncio.Task[Any]] = set()

    async def start(self, accounts: Iterable[Account]) -> None:
        self.book.replace(accounts)
        self._broker = EmbeddedBroker(self.book)
        await self._broker.start()
        plain = plain_hosts(self.bind, outside=self.listeners.plain_outside)
        self._servers = [await asyncio.start_server(self._connected, plain, self.port)]
        secure = self.listeners.secure
        if secure is not None:
            self._context, self._stamp = secure.context(), secure.stamp
            self._servers.append(
                await asyncio.start_server(self._connected, self.bind, secure.port, ssl=self._context)
            )
        log.info("amqtt on %s:%d (no mosquitto on the PATH)", self.bind, self.port)

    async def admit(self, accounts: Iterable[Account]) -> None:
        """Let exactly these in; others that are connected are put out."""
        self._renew_certificate()
        ended = self.book.replace(accounts)
        if ended and self._broker:
            await self._broker.put_out(ended)

    def _renew_certificate(self) -> None:
        """Who connects from now on sees the newest."""
        secure = self.listeners.secure
        if secure is None or self._context is None or secure.stamp == self._stamp:
            return
        try:
            self._context.load_cert_chain(secure.certificate, secure.key, password=lambda: "")
        except OSError as error:  # half of it is written; the other half follows
            log.warning("the certificate stays as it is: %s", error)
        else:
            self._stamp = secure.stamp

    async def stop(self) -> None:
        for server in self._servers:
            server.close()
        for task in self._open:
            task.cancel()
        if self._broker:
            await self._broker.shutdown()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert self._broker is not None
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            keeper = GateKeeper(
                reader, writer, book=self.book, owner=self._broker.owner, tell=self._broker.tell_of
            )
            admitted = await keeper.admit()
            self.attendance.came(str(id(task)), keeper.name)
            await self._broker.external_connected(*admitted, LISTENER)
        except Refused as refused:
            log.info("refused %s: %s", writer.get_extra_info("peername"), refused)
        except (OSError, asyncio.CancelledError):
            pass
        except Exception:
            log.exception("a connection ended in an error")
        finally:
            self._open.discard(task)
            self.attendance.went(str(id(task)))
            writer.close()
