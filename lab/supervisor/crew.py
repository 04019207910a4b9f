"""Which processes a lab consists of, and how each is started."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lab.config import Config

SERIAL = "serial"
# A live page keeps its socket open for ever, so the end can't wait for it. Each socket would compress the
# same frames for itself: four times the work of sending them.
UVICORN = (
    "--log-level warning --no-access-log --no-server-header --no-proxy-headers"
    " --ws websockets-sansio --ws-per-message-deflate false --timeout-graceful-shutdown 2 --lifespan off"
)
# Our own lines say what became of each mail. It needs no address of the site, and so no checks of them.
MAILER = "--verbosity 0 --interval 2 --no-startup-delay --no-reload --skip-checks"


@dataclass(frozen=True, slots=True)
class Role:
    """One process: its name in the log and its command line; one `on_demand` runs only while it is wanted."""

    name: str
    command: tuple[str, ...]
    on_demand: bool = False


def crew(config: Config, *, simulated: bool) -> tuple[Role, ...]:
    """In starting order; they end the other way round, so that the broker hears every last word."""
    return tuple(_roles(config, simulated=simulated))


def _roles(config: Config, *, simulated: bool) -> Iterator[Role]:
    if config.broker.embedded:
        yield _module("broker", "lab", "broker")
    yield _module("doors", "firmware_bridge", "doors")
    yield _module("telemetry", "firmware_bridge", "telemetry")
    yield replace(_module(SERIAL, "firmware_bridge", "serial"), on_demand=True)
    yield _web(config)
    yield _module("worker", "lab", "worker")
    yield _module("mailer", "lab", "db_worker", *MAILER.split())
    if simulated:
        yield _module("simulator", "lab", "simulate")


def _web(config: Config) -> Role:
    place = ["--host", config.bind, "--port", str(config.port)]
    return _module("web", "uvicorn", "lab.asgi:application", *place, *UVICORN.split())


def _module(name: str, *words: str) -> Role:
    return Role(name, (sys.executable, "-m", *words))


def base_url(config: Config) -> str:
    """Where a browser on this machine finds the site."""
    return config.local_url
