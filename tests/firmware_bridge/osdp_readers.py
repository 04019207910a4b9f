"""OSDP readers of the tests: libosdp's own peripheral device, on a pseudo-terminal or on two buffers."""

from __future__ import annotations

import contextlib
import os
import threading
import time

import osdp
import osdp_sys

from firmware_bridge.links.osdp import SETTLING, Bus, Member
from firmware_bridge.wire.osdp import crc16

KEY = bytes(range(16))
CAPABILITIES = [
    (osdp.Capability.LEDControl, 1, 1),
    (osdp.Capability.AudibleControl, 1, 1),
    (osdp.Capability.TextOutput, 1, 1),
    (osdp.Capability.OutputControl, 1, 2),
]


class _Buffers:
    """A channel of the library that is two buffers."""

    id = 1

    def __init__(self) -> None:
        self.heard, self.to_say = bytearray(), bytearray()

    def read(self, most: int) -> bytes:
        data = bytes(self.heard[:most])
        del self.heard[:most]
        return data

    def write(self, data: bytes) -> int:
        self.to_say += data
        return len(data)

    def flush(self) -> None:
        self.heard.clear()


class Reader:
    """A reader with a key, or one that waits for its first one; `obeyed` is what it was told to do."""

    def __init__(self, *, address=1, key=KEY, capabilities=CAPABILITIES) -> None:
        self.line = _Buffers()
        self.obeyed: list[dict] = []
        self._events: list[dict] = []
        flags = [osdp.LibFlag.EnforceSecure] if key else [osdp.LibFlag.InstallMode]
        info = osdp.PDInfo(address, self.line, scbk=key, flags=flags)
        osdp_sys.set_loglevel(osdp.LogLevel.Emergency)
        self._device = osdp_sys.PeripheralDevice(
            info.get(), capabilities=osdp.PDCapabilities(capabilities).get()
        )
        obeyed = self.obeyed
        self._device.set_command_callback(lambda command: obeyed.append(command) or (0, None))

    def told(self, command) -> list[dict]:
        return [each for each in list(self.obeyed) if each["command"] == command]

    def present(self, bits: str, *, form=osdp.CardFormat.Wiegand) -> None:
        data = int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
        self._events.append(
            {
                "event": osdp.Event.CardRead, "reader_no": 0, "direction": 0, "format": form,
                "length": len(bits), "data": data,
            }
        )  # fmt: skip

    def tamper(self, opened: bool) -> None:
        report = bytes([opened, 0])
        kind = osdp.StatusReportType.Local
        self._events.append({"event": osdp.Event.Status, "type": kind, "report": report})

    def step(self) -> None:
        while self._events:
            self._device.submit_event(self._events.pop(0))
        self._device.refresh()

    @property
    def is_secure(self) -> bool:
        return bool(self._device.is_sc_active())


class Pair:
    """A bus of ours and readers, on one line in memory; `meddle` may replace what readers answer.

    `ahead` is by how much the bus's clock goes before the test's; at a `pace` of 0 it stands.
    """

    def __init__(self, *readers: Reader, members=None) -> None:
        self.readers, self.ahead, self.pace, self._began = readers, 0.0, 1, time.monotonic()
        self.bus = Bus(members or [Member(1, KEY)], now=time.monotonic())
        self.events: list = []
        self.said = b""
        self.meddle = None

    def live(self, until=lambda: False, seconds=60.0):
        """Let time pass; what the bus told meanwhile."""
        first, deadline = len(self.events), time.monotonic() + seconds
        while time.monotonic() < deadline and not until():
            self._step()
            time.sleep(0.001)
        return self.events[first:]

    def connect(self, members=(0,)) -> None:
        self.live(lambda: all(map(self.bus.is_secure, members)))
        assert all(map(self.bus.is_secure, members))
        self.ahead += SETTLING  # what readers tell from now on was shown now

    def _step(self) -> None:
        self.bus.refresh(self._now)
        said = self.bus.take()
        self.said += said
        answer = self.meddle(said) if self.meddle and said else None
        if answer is not None:
            self.meddle = None
            self.bus.feed(answer, self._now)
        for reader in self.readers:
            if answer is None:
                reader.line.heard += said
            reader.step()
            answered = bytes(reader.line.to_say)
            reader.line.to_say.clear()
            if answered:
                self.bus.feed(answered, self._now)
        self.events += self.bus.events()

    @property
    def _now(self) -> float:
        return self._began + (time.monotonic() - self._began) * self.pace + self.ahead


@contextlib.contextmanager
def plugged(plug, *readers: Reader):
    """Readers on one pseudo-terminal, until the end or until it is unplugged; gives the first."""
    stop = threading.Event()

    def live() -> None:
        while not stop.wait(0.004):
            with contextlib.suppress(OSError):
                heard = plug.hear()
                for reader in readers:
                    reader.line.heard += heard
                    reader.step()
                    if reader.line.to_say:
                        os.write(plug.fd, bytes(reader.line.to_say))
                        reader.line.to_say.clear()

    thread = threading.Thread(target=live)
    thread.start()
    try:
        yield readers[0]
    finally:
        stop.set()
        thread.join(10)


def reply(command: bytes, body: bytes, *, address=1, block=b"") -> bytes:
    """A forged answer to a command of the panel, as somebody on the wire would make it."""
    at = command.index(0x53)
    control = command[at + 4] & 3 | 4 | (8 if block else 0)
    length = 5 + len(block) + len(body) + 2
    frame = bytes([0x53, address | 0x80, length & 0xFF, length >> 8, control]) + block + body
    return frame + crc16(frame).to_bytes(2, "little")


def is_poll(command: bytes) -> bool:
    """Whether the panel just asks for news, in the secure session."""
    frame = command[command.index(0x53) :]
    return bool(frame[4] & 8) and frame[6] == 0x15 and frame[7] == 0x60
