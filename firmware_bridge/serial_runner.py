"""Runs the serial lines: those of the device table, as they come and go, or the one that was asked for."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from django.utils import timezone

from devices import ports
from devices.models import SerialPort
from devices.rules.serial import BadLine, kind_of, read_options, read_url
from devices.serial_keys import key_of
from firmware_bridge.links.dialling import Server
from firmware_bridge.serial.asked import port_of
from firmware_bridge.serial.service import Port, Service, lab_mark
from firmware_bridge.sinks.embedded import Store

log = logging.getLogger("etabli.serial")

PERIOD = 1.0  # seconds between two looks at the table
STORE_PATIENCE = 0.5
INSTALLING = 120.0


def main(words: Sequence[str]) -> int:
    """The line that these words ask for, else all of the device table."""
    if not words:
        return run()
    try:
        return run_one(port_of(words, os.environ))
    except BadLine as bad:
        must_be = f" must be {bad.must_be}" if bad.must_be else " can't be"
        sys.stderr.write(f"--serial, --as: {bad.what!r}{must_be}\n")
        return 2


def run() -> int:
    """Serve the ports of the device table until told to stop; a database that is away changes nothing."""
    stop, service, told = _stopping(), _service(), False
    while not stop.is_set():
        try:
            _look(service, timezone.now())
            told = False
        except DatabaseError as error:
            log.log(logging.DEBUG if told else logging.WARNING, "the table of ports can't be read: %s", error)
            told = True
            connection.close()
        except Exception:
            log.exception("the ports could not be looked at; the next look follows")
        service.step()
        stop.wait(PERIOD)
    service.close()
    log.info("stopped")
    return 0


def run_one(port: Port) -> int:
    """Serve one port, whatever the table says; with `installing` only until its reader has its key."""
    stop, service = _stopping(), _service()
    service.want([port])
    deadline = time.monotonic() + INSTALLING
    outcome = 0
    while not stop.wait(PERIOD if not port.installing else 0.1):
        service.step()
        if port.installing:
            trouble = service.troubles()[port.device]
            if port.device in service.answering():
                sys.stdout.write(f"{port.device} has its key and answers over the secure channel\n")
                break
            if time.monotonic() > deadline:
                sys.stderr.write(f"{port.device} did not take its key: {trouble}\n")
                outcome = 1
                break
    service.close()
    return outcome


def _look(service: Service, now: datetime) -> None:
    close_old_connections()
    rows = list(ports.in_service())
    wanted, unreadable = _read(rows, now)
    service.want(wanted)
    ports.note(service.troubles() | unreadable, answering=service.answering(), now=now)


def _read(rows: Iterable[SerialPort], now: datetime) -> tuple[list[Port], dict[str, str]]:
    """The ports, and what is wrong with those that can't be served as they stand."""
    wanted, unreadable = [], {}
    for row in rows:
        try:
            wanted.append(_port(row, now))
        except BadLine as bad:
            unreadable[row.device.name] = str(bad)
    return wanted, unreadable


def _port(row: SerialPort, now: datetime) -> Port:
    kind = kind_of(row.kind)
    key = key_of(row, settings.CONFIG.reader_secret) if kind.keyed else b""
    installing = kind.keyed and ports.is_installing(row, now)
    return Port(row.device.name, kind, read_url(row.url), read_options(kind, row.options), key, installing)


def _service() -> Service:
    config = settings.CONFIG
    broker = config.broker
    return Service(
        server=Server(
            broker.host, broker.port, broker.username, broker.password, broker.tls, str(broker.ca or "")
        ),
        lab=lab_mark(settings.SECRET_KEY),
        leases=config.state / "leases.json",
        store=lambda: Store(config.state / "telemetry.sqlite3", patience=STORE_PATIENCE),
    )


def _stopping() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
