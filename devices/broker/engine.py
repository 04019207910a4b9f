"""Keeps a broker running and in step with the device table until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from devices.broker.accounts import Account
from devices.broker.embedded import Server
from devices.broker.mosquitto import Mosquitto

PERIOD = 1.0
SOON = 10.0  # seconds; a mosquitto that ends twice within them can't live here
SIGNALS = (signal.SIGTERM, signal.SIGINT)

log = logging.getLogger(__name__)


@dataclass
class Watch:
    """Asks who may connect; while the database can't tell, who could still can."""

    ask: Callable[[], tuple[Account, ...]]
    errors: tuple[type[Exception], ...]
    last: tuple[Account, ...] = ()
    _failing: bool = False

    def read(self) -> tuple[Account, ...]:
        try:
            self.last = self.ask()
        except self.errors as error:
            if not self._failing:
                log.warning("the device table can't be read, credentials stay as they are: %s", error)
            self._failing = True
        else:
            self._failing = False
        return self.last


def run_mosquitto(broker: Mosquitto, watch: Watch) -> int:
    """Returns the exit status: 0 after SIGTERM or SIGINT, something else when mosquitto can't live.

    One that ends is started again at once: all of this process takes seconds, and no door opens meanwhile.
    """
    stop = threading.Event()
    for number in SIGNALS:
        signal.signal(number, lambda *_: stop.set())
    accounts, begun = watch.read(), -SOON
    while True:
        began = time.monotonic()
        broker.start(accounts)
        _serve(broker, watch, stop)
        status = broker.stop()
        if stop.is_set() or began - begun < SOON:
            return 0 if stop.is_set() else status or 1
        log.warning("mosquitto ended (exit status %d), it begins again", status)
        accounts, begun = watch.last, began


def _serve(broker: Mosquitto, watch: Watch, stop: threading.Event) -> None:
    """Until mosquitto ends, or is to end."""
    # Before mosquitto listens, the signal that makes it read its files again would end it.
    while broker.wait(0.05, stop) and not _listens(broker.port):
        pass
    while broker.wait(PERIOD, stop):
        broker.admit(watch.read())


async def run_amqtt(server: Server, watch: Watch) -> int:
    stop = asyncio.Event()
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await server.start(await asyncio.to_thread(watch.read))
    while not stop.is_set():
        began = time.monotonic()
        await server.admit(await asyncio.to_thread(watch.read))
        try:
            await asyncio.wait_for(stop.wait(), max(0.0, began + PERIOD - time.monotonic()))
        except TimeoutError:
            continue
    await server.stop()
    return 0


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
    except OSError:
        return False
    return True
