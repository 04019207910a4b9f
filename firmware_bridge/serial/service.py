"""Which lines are served: as many as are wanted now, whatever was wanted before."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from devices.rules.serial import KINDS, Kind, Options
from firmware_bridge.links.dialling import Server
from firmware_bridge.links.serial import Wire
from firmware_bridge.serial.driving import Driver
from firmware_bridge.serial.leases import Leases
from firmware_bridge.serial.line import Line
from firmware_bridge.serial.machines import Grbl, Marlin
from firmware_bridge.serial.osdp import Osdp, Reader
from firmware_bridge.serial.post import Post
from firmware_bridge.serial.readers import CardReader
from firmware_bridge.serial.voice import Voice
from firmware_bridge.sinks.embedded import Store
from firmware_bridge.wire.rdm6300 import Rdm6300
from firmware_bridge.wire.wiegand import Wiegand

log = logging.getLogger("etabli.serial")

PATIENCE = 10.0  # seconds for a line to end
TAKEN = "another device has this line"


@dataclass(frozen=True, slots=True)
class Port:
    """A device on a serial line, with all its options; `installing` gives an OSDP reader its first key."""

    device: str
    kind: Kind
    url: str
    options: Options
    key: bytes = field(default=b"", repr=False)
    installing: bool = False

    def number(self, option: str) -> float:
        return float(self.options[option])


class Service:
    """`lab` sets our names on the broker apart from another lab's."""

    def __init__(self, *, server: Server, lab: str, leases: Path, store: Callable[[], Store]) -> None:
        self._server, self._lab = server, lab
        self._leases, self._post = Leases(leases), Post(store)
        self._lines: dict[str, tuple[tuple[Port, ...], Line]] = {}
        self._unserved: dict[str, str] = {}

    def want(self, ports: Iterable[Port]) -> None:
        """Serve exactly these."""
        wanted = self._shared_out(ports)
        for url, (served, line) in list(self._lines.items()):
            if wanted.get(url) != served or not line.is_alive():
                line.end()
                line.join(PATIENCE)
                del self._lines[url]
        for url, ports_there in wanted.items():
            if url not in self._lines:
                line = self._line(url, ports_there)
                line.start()
                self._lines[url] = ports_there, line

    def troubles(self) -> dict[str, str]:
        """What is wrong, by device; an empty sentence is none."""
        told = dict(self._unserved)
        for _, line in self._lines.values():
            told |= line.trouble
        return told

    def answering(self) -> frozenset[str]:
        """The devices that are there."""
        return frozenset().union(*(line.answering() for _, line in self._lines.values()))

    def step(self) -> None:
        self._post.bury()

    def close(self) -> None:
        lines = [line for _, line in self._lines.values()]
        for line in lines:
            line.end()
        for line in lines:
            line.join(PATIENCE)
        self._post.close()

    def _shared_out(self, ports: Iterable[Port]) -> dict[str, tuple[Port, ...]]:
        """Who is on which line; a line that can't be shared goes to the first by name."""
        found: dict[str, tuple[Port, ...]] = {}
        self._unserved = {}
        for port in sorted(ports, key=lambda port: port.device):
            there = found.get(port.url, ())
            if there and not (port.kind.shared and port.kind == there[0].kind and _is_apart(port, there)):
                self._unserved[port.device] = TAKEN
            else:
                found[port.url] = (*there, port)
        return found

    def _line(self, url: str, ports: tuple[Port, ...]) -> Line:
        first = ports[0]
        driver = driver_of(ports)
        voices = {
            port.device: Voice(
                port.device, port.kind.profile, driver.channels, server=self._server, lab=self._lab
            )
            for port in ports
        }
        return Line(
            url,
            first.kind.name,
            wire=Wire(url, baud=int(first.number("baud"))),
            driver=driver,
            voices=voices,
            post=self._post,
            leases=self._leases,
        )


def _is_apart(port: Port, others: Iterable[Port]) -> bool:
    return all(port.options["address"] != other.options["address"] for other in others)


def driver_of(ports: tuple[Port, ...]) -> Driver:
    """Who understands what comes on these ports' line."""
    port = ports[0]
    if port.kind is KINDS["osdp"]:
        return Osdp([_reader(each) for each in ports])
    if port.kind is KINDS["grbl"]:
        return Grbl(port.device, poll=port.number("poll"))
    if port.kind is KINDS["marlin"]:
        return Marlin(port.device, poll=port.number("poll"))
    hold = port.number("hold")
    if port.kind is KINDS["wiegand"]:
        form = str(port.options["form"])
        return CardReader(port.device, lambda: Wiegand(form), hold=hold)
    return CardReader(port.device, Rdm6300, hold=hold)


def _reader(port: Port) -> Reader:
    return Reader(
        port.device, int(port.number("address")), port.key, int(port.number("output")), port.installing
    )


def lab_mark(secret: str) -> str:
    """Sets our sessions on a broker apart from those of another lab."""
    return hashlib.sha256(f"mqtt {secret}".encode()).hexdigest()[:8]
