"""Machines that tell what they do: GRBL and Marlin are asked now and then, their answers become readings."""

from __future__ import annotations

from collections.abc import Iterator

from firmware_bridge.serial.driving import Channels, Done, Heard, Turned, Values
from firmware_bridge.wire import grbl, marlin
from firmware_bridge.wire.cards import Garbage
from firmware_bridge.wire.lines import Lines
from firmware_bridge.wire.orders import Order
from firmware_bridge.wire.payload import BadPayload, Value

BETWEEN_REPEATS = 10.0  # seconds after which unchanged values are told again
PATIENCE = 5.0  # seconds without an answer after which a controller is gone
KEEPALIVE = 5.0  # seconds that one `busy` of Marlin holds; it repeats itself every two
SILENT = "the machine does not answer"
HOT = 50.0  # °C at which a nozzle still needs its fan

Readings = Iterator[dict[str, Value]]


class _Machine:
    """Common to both: lines in, readings out when they change, and gone when nothing answers."""

    pause = 0.1
    channels: Channels = ()
    longest = 256
    deafness = PATIENCE

    def __init__(self, device: str, *, poll: float) -> None:
        self.pause = min(0.1, poll / 2)
        self._device, self._poll = device, poll
        self._lines = Lines(self.longest)
        self._out = bytearray()
        self._up = self._missed = False
        self._next = self._answered = self._told = 0.0
        self._values: dict[str, Value] = {}
        self._firmware = ""

    def opened(self, now: float) -> list[Heard]:
        self._lines = Lines(self.longest)
        self._out.clear()
        self._up, self._missed, self._values = False, False, {}
        self._next, self._answered = now, now
        return []

    def closed(self) -> list[Heard]:
        self._up = False
        return []

    def feed(self, data: bytes, now: float) -> list[Heard]:
        found: list[Heard] = []
        for line in self._lines.feed(data):
            if isinstance(line, Garbage):
                found.append(Heard(self._device, line))
                continue
            try:
                for values in self._read(line.decode("ascii").strip(), now):
                    found += self._answer(values, now)
            except UnicodeDecodeError:
                found.append(Heard(self._device, Garbage(line, "not text")))
            except BadPayload as bad:
                found.append(Heard(self._device, Garbage(line, bad.reason)))
        return found

    def tick(self, now: float) -> list[Heard]:
        if now >= self._next:
            self._next = now + self._poll
            self._out += self._question(now)
        if not self._missed and now - self._answered > self.deafness + self._poll:
            self._up, self._missed = False, True
            return [Heard(self._device, Turned(online=False, why=SILENT))]
        return []

    def obey(self, device: str, order: Order, now: float) -> list[Heard]:
        return [Heard(device, Done(order.id, ok=False, state="unsupported"))]

    def outgoing(self) -> bytes:
        data = bytes(self._out)
        self._out.clear()
        return data

    def _answer(self, values: dict[str, Value], now: float) -> Iterator[Heard]:
        self._answered, self._missed = now, False
        if not self._up:
            self._up, self._told = True, 0.0
            yield Heard(self._device, Turned(online=True, firmware=self._firmware))
        if values and (values != self._values or now - self._told >= BETWEEN_REPEATS):
            self._values, self._told = values, now
            yield Heard(self._device, Values(values))

    def _question(self, now: float) -> bytes:
        raise NotImplementedError

    def _read(self, line: str, now: float) -> Readings:
        """The whole newest values for each answer in a line; empty ones for an answer without any."""
        raise NotImplementedError


class Grbl(_Machine):
    """Asks with `?`, a real-time command that disturbs no job, at most five times a second."""

    channels: Channels = (
        ("state", ""), ("controller", ""), ("x", "mm"), ("y", "mm"), ("z", "mm"),
        ("feed", "mm/min"), ("speed", "1/min"),
    )  # fmt: skip
    longest = grbl.LONGEST
    _offset: grbl.Numbers | None = None

    def opened(self, now: float) -> list[Heard]:
        self._offset = None
        return super().opened(now)

    def _question(self, now: float) -> bytes:
        return grbl.ASK

    def _read(self, line: str, now: float) -> Readings:
        self._firmware = grbl.version(line) or self._firmware
        found = grbl.report(line)
        if found is None:
            return
        self._offset = found.offset or self._offset
        values: dict[str, Value] = {"state": found.state, "controller": found.said}
        values |= zip(grbl.AXES, self._position(found), strict=False)
        if found.feed is not None:
            values["feed"] = found.feed
        if found.speed is not None:
            values["speed"] = found.speed
        yield values

    def _position(self, found: grbl.Report) -> grbl.Numbers:
        """Machine position; GRBL tells either that, or the work's with the offset now and then."""
        if found.machine is not None:
            return found.machine
        if found.work is None or self._offset is None:
            return ()
        return tuple(round(a + b, 4) for a, b in zip(found.work, self._offset, strict=False))


class Marlin(_Machine):
    """Asks for temperatures and for the print from the card in turn, one question at a time."""

    channels: Channels = (
        ("state", ""), ("tool0", "°C"), ("tool0_target", "°C"), ("bed", "°C"), ("bed_target", "°C"),
        ("progress", "%"),
    )  # fmt: skip
    longest = marlin.LONGEST
    deafness = 15.0  # seconds: it is silent while it works through what it was told before

    def __init__(self, device: str, *, poll: float) -> None:
        super().__init__(device, poll=poll)
        self._turn = 0
        self._forget()

    def _forget(self) -> None:
        self._waiting_since: float | None = None
        self._heat: dict[str, tuple[float, float | None]] = {}
        self._printing, self._failed = False, False
        self._progress: float | None = None
        self._busy, self._busy_until = "", 0.0

    def opened(self, now: float) -> list[Heard]:
        self._forget()
        return super().opened(now)

    def _question(self, now: float) -> bytes:
        if self._waiting_since is not None and now - self._waiting_since < PATIENCE:
            return b""
        self._waiting_since = now
        self._turn += 1
        return marlin.ASK[self._turn % len(marlin.ASK)]

    def _read(self, line: str, now: float) -> Readings:
        told = marlin.said(line)
        if told.ok:
            self._waiting_since = None
        if told.started:
            self._forget()
        if told.failed:
            self._failed = True
        if told.busy:
            self._busy, self._busy_until = told.busy, now + KEEPALIVE
        if told.heat:
            self._heat, self._failed = told.heat, False
        if told.printing is not None:
            self._printing, self._progress = told.printing, told.progress
        if told.heat or told.busy or told.failed or told.printing is not None:
            yield self._now(now)
        elif told.ok:
            yield {}

    def _now(self, now: float) -> dict[str, Value]:
        values: dict[str, Value] = {"state": self._state(now)}
        for name, (heat, wanted) in self._heat.items():
            values[name] = heat
            if wanted is not None:
                values[f"{name}_target"] = wanted
        if self._printing and self._progress is not None:
            values["progress"] = self._progress
        return values

    def _state(self, now: float) -> str:
        """`busy` while it heats for somebody, `hot` while the nozzle needs its fan: both need power."""
        if self._failed:
            return "failed"
        if self._busy == "paused" and now < self._busy_until:
            return "paused"
        if self._printing:
            return "printing"
        if now < self._busy_until or any(wanted for _, wanted in self._heat.values()):
            return "busy"
        hot = any(heat >= HOT for name, (heat, _) in self._heat.items() if name.startswith("tool"))
        return "hot" if hot else "idle"
