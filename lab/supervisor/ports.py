"""Are the ports free? Asked before anything starts, so that the answer is one line."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from lab.config import Config


class Taken(Exception):
    """Something that this lab needs is in use; the message is one line."""


def check(config: Config) -> None:
    """
    Raises:
        Taken: naming the variable that moves the listener elsewhere.
    """
    wanted = [("PORT", config.port)]
    if config.broker.embedded:
        wanted.append(("MQTT_PORT", config.mqtt_port))
    if len({port for _, port in wanted}) < len(wanted):
        raise Taken(f"PORT and MQTT_PORT are both {config.port}; they must differ")
    for variable, port in wanted:
        _bind(config.bind, port, variable)


def _bind(host: str, port: int, variable: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Taken(
                    f"port {port} is taken by another program; set {variable} to a free one, "
                    f"such as {variable}={port + 1}"
                ) from None
            raise Taken(f"can't listen on {host} port {port} ({variable}): {error.strerror}") from None


@contextlib.contextmanager
def alone(state: Path) -> Iterator[None]:
    """Hold the state folder; two labs in one folder would write over each other.

    Raises:
        Taken: when a lab runs there already.
    """
    state.mkdir(parents=True, exist_ok=True)
    lock = os.open(state / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise Taken(f"a lab runs in {state} already; set ETABLI_STATE to another folder") from None
    try:
        yield
    finally:
        os.close(lock)
