"""Runs the bridge's processes until told to stop: each one waits for what it needs, and none gives up."""

from __future__ import annotations

import hashlib
import logging
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings
from django.db import connections

from booking import allowlists
from devices import captures, mappings
from firmware_bridge.dispatch import TOPICS, Doors
from firmware_bridge.links.dialling import DOWN, MOST_PACKET, Server
from firmware_bridge.links.mqtt import Link
from firmware_bridge.migrate import Bar, migrate
from firmware_bridge.pulse import Pulse
from firmware_bridge.replay import replay
from firmware_bridge.sinks.captures import Captures
from firmware_bridge.sinks.drain import Drainer
from firmware_bridge.sinks.embedded import Store
from firmware_bridge.sinks.influx import Away
from firmware_bridge.sinks.influx import Server as InfluxServer
from firmware_bridge.sinks.keeping import Terms
from firmware_bridge.sinks.rawlog import RawLog
from firmware_bridge.telemetry.mappings import Mappings, compile_all
from firmware_bridge.telemetry.registry import Registry, Wish
from firmware_bridge.telemetry.service import Telemetry
from firmware_bridge.wire.payload import LARGEST_FOREIGN
from firmware_bridge.wire.topics import OURS, live
from lab.telemetry import Influx

log = logging.getLogger("etabli.bridge")

PAUSE_AFTER_ERROR = 0.5
DOORS_PATIENCE = 0.05  # dead letters of a door never make a tap wait
# What could only be too large a broker that speaks MQTT 5 does not even send to doors; telemetry gets it.
MOST_PACKET_AT_DOORS = LARGEST_FOREIGN + 128 * 1024
DATABASE_PATIENCE = 3  # seconds; a reader's user is gone after that


def store_path() -> Path:
    path: Path = settings.CONFIG.state / "telemetry.sqlite3"
    return path


def run(names: Iterable[str]) -> None:
    """Run these processes, each on a thread of its own, until SIGTERM or Ctrl-C.

    Two separate processes answer taps faster: a thread at full load makes the other one wait for its lock.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threads = [threading.Thread(target=_guarded, args=(ROLES[name], name, stop), name=name) for name in names]
    for thread in threads:
        thread.start()
    stop.wait()
    for thread in threads:
        thread.join()
    log.info("stopped")


def _guarded(role: Callable[[threading.Event], None], name: str, stop: threading.Event) -> None:
    """Nothing ends a role but the wish to stop."""
    while not stop.is_set():
        try:
            role(stop)
        except Exception:
            log.exception("%s begins again", name)
            stop.wait(PAUSE_AFTER_ERROR)


def doors(stop: threading.Event) -> None:
    database = connections["default"].settings_dict
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"]["timeout"] = DATABASE_PATIENCE
    link, pulse = _link("doors"), Pulse("doors")
    service = Doors(
        link=link,
        store=lambda: Store(store_path(), patience=DOORS_PATIENCE),
        readings=store_path,
        terms=allowlists.terms(),
        hear=pulse.hear,
    )
    with pulse:
        _serve(service.step, link, stop)


def telemetry(stop: threading.Event) -> None:
    store = _patiently_opened(stop)
    if store is None:
        return
    raw, registry, drainer = _raw_log(), Registry(), _drainer()
    registry.start()
    link, pulse = _link("telemetry"), Pulse("telemetry")
    try:
        store.spool(_server_name())
        if drainer is not None:
            drainer.start()
        service = Telemetry(
            link=link,
            store=store,
            registry=registry,
            zone=ZoneInfo(settings.CONFIG.time_zone),
            stopping=stop.is_set,
            hear=pulse.hear,
            terms=lambda: _terms(registry),
            raw=raw,
            captures=_captures(),
            mappings=Mappings(settings.CONFIG.state / "mappings.json"),
        )
        with pulse:
            _serve(service.step, link, stop)
    finally:
        if drainer is not None:
            drainer.stop()
        registry.stop()
        store.close()
        if raw is not None:
            raw.close()


def replay_all() -> str:
    """Decode the dead letters again and say how it went."""
    zone, registry = ZoneInfo(settings.CONFIG.time_zone), Registry()
    outcome = replay(store_path(), zone=zone, mappings=compile_all(mappings.in_use()))
    for name, found in outcome.found.items():
        registry.wish(name, Wish(*found))
    registry.work()
    return f"{outcome.decoded} of {outcome.read} dead letters decoded"


def migrate_history(*, again: bool = False) -> int:
    """Send what the store holds to the server of time series; the exit status."""
    influx = settings.PAST.influx
    if influx is None:
        print("INFLUX_URL and INFLUX_BUCKET must name the server", file=sys.stderr)  # noqa: T201
        return 2
    bar = Bar()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        done = migrate(store_path(), _influx(influx), name=_server_name(), tell=bar, again=again)
    except (Away, sqlite3.Error, KeyboardInterrupt) as error:
        bar.end()
        print(f"stopped, to go on where it was{f': {error}' if str(error) else ''}", file=sys.stderr)  # noqa: T201
        return 1
    bar.end()
    cells = f"; {done.cells} minutes and hours tell what was let go here before" if done.cells else ""
    print(f"{done.done} readings are on the server, {done.refused} of them refused{cells}")  # noqa: T201
    return 0


ROLES = {"doors": doors, "telemetry": telemetry}


def _raw_log() -> RawLog | None:
    terms = settings.RAW_LOG
    if not terms.on:
        return None
    return RawLog(settings.CONFIG.state / "raw.sqlite3", most_bytes=terms.most_bytes, days=terms.days)


def _captures() -> Captures:
    keep = captures.KEPT.total_seconds()
    return Captures(captures.folder(), most_bytes=captures.MOST_BYTES, keep=keep)


def _serve(step: Callable[[], None], link: Link, stop: threading.Event) -> None:
    try:
        while not stop.is_set():
            try:
                step()
            except Exception:
                log.exception("a step failed; the next one follows")
                stop.wait(PAUSE_AFTER_ERROR)
    finally:
        link.close(DOWN)


def _link(name: str) -> Link:
    broker = settings.CONFIG.broker
    # Stable, so that the broker keeps our session; our own, so that two labs can share a broker.
    lab = hashlib.sha256(f"mqtt {settings.SECRET_KEY}".encode()).hexdigest()[:8]
    return Link(
        Server(broker.host, broker.port, broker.username, broker.password, broker.tls, str(broker.ca or "")),
        client_id=f"etabli-{name}-{lab}",
        topics=TOPICS[name],
        announce_on=live("system", name),
        announce=lambda: msgspec.json.encode({"up": True, "at": time.time()}),
        ignored=(OURS,),
        most=MOST_PACKET_AT_DOORS if name == "doors" else MOST_PACKET,
        as_published=name == "doors",  # a tap that is retained opens nothing, also the first time
    )


def _drainer() -> Drainer | None:
    """What takes readings on to a server of time series, if there is one."""
    influx = settings.PAST.influx
    if influx is None:
        return None
    return Drainer(store_path(), _influx(influx))


def _server_name() -> str:
    influx = settings.PAST.influx
    return f"{influx.url} {influx.bucket}" if influx is not None else ""


def _influx(told: Influx) -> InfluxServer:
    return InfluxServer(told.url, bucket=told.bucket, org=told.org, token=told.token)


def _terms(registry: Registry) -> Terms:
    """For how long what is kept; for ever until the table has told of exceptions."""
    past = settings.PAST
    if registry.known is None:
        return Terms(0, 0, 0)
    return Terms(past.raw_days, past.minute_days, past.hour_days, registry.keep_days)


def _patiently_opened(stop: threading.Event) -> Store | None:
    """The telemetry store as soon as its folder can be written."""
    told = False
    while not stop.is_set():
        try:
            store_path().parent.mkdir(parents=True, exist_ok=True)
            return Store(store_path())
        except (sqlite3.Error, OSError) as error:
            if not told:
                log.error("the telemetry store can't be opened (%s); waiting for it", error)
            told = True
            stop.wait(1.0)
    return None
