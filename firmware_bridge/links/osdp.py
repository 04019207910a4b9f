"""The readers of one OSDP v2 bus, as their control panel sees them: libosdp between bytes in and bytes out.

The secure channel is not up for discussion: without its key a reader is not heard. libosdp is imported when a
bus is made, so that a lab without OSDP needs none.
"""

from __future__ import annotations

import ctypes
import importlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from firmware_bridge.wire.cards import Garbage
from firmware_bridge.wire.osdp import Replies

MOST_WAITING = 4096  # bytes
COMMANDS = ("Output", "LED", "Buzzer", "Text")
STEPS = 4  # the library does one thing a call: read, decide, choose, send
FIRST_KICK, LONGEST_KICK = 0.5, 4.0
SETTLING = 1.0  # seconds; a reader keeps cards that nobody fetched, and tells them one a poll


class NoLibrary(RuntimeError):
    """OSDP needs libosdp."""


@dataclass(frozen=True, slots=True)
class Member:
    """One reader on the bus; one that is `installing` gets its key over the factory's."""

    address: int
    key: bytes = field(repr=False)
    installing: bool = False


@dataclass(frozen=True, slots=True)
class Secured:
    """The secure channel to a reader stands, or no longer."""

    member: int
    up: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A card, as characters 0 and 1; one that had `waited` was shown at nobody knows what time."""

    member: int
    bits: str = field(repr=False)
    waited: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """A reader did what it was told, or would not; `command` is one of COMMANDS."""

    member: int
    command: str
    ok: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody opens a reader's case, or closed it."""

    member: int
    tampered: bool


Event = Secured | Read | Answered | Opened | Garbage


class Bus:
    """`feed` and `take` are the line; `refresh` must be called some twenty times a second."""

    def __init__(self, members: Sequence[Member], *, now: float) -> None:
        self._osdp, system = library()
        self._commands = {name: getattr(self._osdp.Command, name) for name in COMMANDS}
        self._names = {code: name for name, code in self._commands.items()}
        self._members = tuple(members)
        self._installing = {member.address for member in members if member.installing}
        self._channel = _Channel(Replies({member.address for member in members}, installing=self._installing))
        self._said: list[tuple[int, dict[str, Any]]] = []
        self._events: list[Event] = []
        self._scramble = _scrambler()
        system.set_loglevel(self._osdp.LogLevel.Emergency)
        self._panel = system.ControlPanel([self._information(member) for member in members])
        # The panel keeps its callback for ever, so that must not hold the panel.
        self._panel.set_event_callback(_into(self._said))
        self._up = [False] * len(self._members)
        self._up_at = [now] * len(self._members)
        self._wait = [FIRST_KICK] * len(self._members)
        self._kick_at = [now + 2 * LONGEST_KICK] * len(self._members)

    def feed(self, data: bytes, now: float) -> None:
        for each in self._channel.replies.feed(data):
            if isinstance(each, Garbage):
                self._events.append(each)
            elif len(self._channel.heard) < MOST_WAITING:
                self._channel.heard += each
        self.refresh(now)

    def refresh(self, now: float) -> None:
        self._scramble()
        for _ in range(STEPS):
            self._panel.refresh()
        said, self._said[:] = list(self._said), []
        for member, event in said:
            self._note(member, event, now)
        for member in range(len(self._members)):
            self._kick(member, now)

    def take(self) -> bytes:
        """What must go out on the line now."""
        data = bytes(self._channel.to_say)
        self._channel.to_say.clear()
        return data

    def events(self) -> list[Event]:
        found, self._events = self._events, []
        return found

    def is_secure(self, member: int) -> bool:
        return self._up[member] and bool(self._panel.sc_status() >> member & 1)

    def answered(self, member: int) -> bool:
        """Whether the reader ever told who it is, with or without a secure channel."""
        told: dict[str, int] = self._panel.get_pd_id(member)
        return any(told.values())

    def firmware(self, member: int) -> str:
        """Major, minor and build, as the reader told them."""
        told: int = self._panel.get_pd_id(member)["firmware_version"]
        return f"{told >> 16 & 0xFF}.{told >> 8 & 0xFF}.{told & 0xFF}"

    def can(self, member: int, capability: str) -> int:
        """How many of these (LEDControl…) it has; asked for what it can't do, it would go offline."""
        level, number = self._panel.check_capability(member, getattr(self._osdp.Capability, capability))
        return max(int(number), 1) if level else 0

    def submit(self, member: int, command: str, fields: Mapping[str, Any]) -> bool:
        """Whether the library took one of COMMANDS; it holds four at a time."""
        if not self.is_secure(member):
            return False
        return bool(self._panel.submit_command(member, {"command": self._commands[command], **fields}))

    def _information(self, member: Member) -> dict[str, Any]:
        flag = self._osdp.LibFlag
        mode = flag.InstallMode if member.installing else flag.EnforceSecure
        told: dict[str, Any] = self._osdp.PDInfo(
            member.address, self._channel, scbk=member.key, flags=[mode, flag.EnableNotification]
        ).get()
        return told

    def _kick(self, member: int, now: float) -> None:
        """Let a reader that is away begin anew; left alone, the library would sleep for five minutes."""
        if not self._panel.is_pd_enabled(member):
            self._panel.enable_pd(member)
        elif not self._up[member] and now >= self._kick_at[member]:
            self._wait[member] = min(2 * self._wait[member], LONGEST_KICK)
            self._kick_at[member] = now + 2 * LONGEST_KICK  # unless it tells us that it failed sooner
            self._panel.disable_pd(member)

    def _note(self, member: int, event: dict[str, Any], now: float) -> None:
        kinds, notes = self._osdp.Event, self._osdp.EventNotification
        if event["event"] == kinds.CardRead and self.is_secure(member):
            bits = "".join(f"{byte:08b}" for byte in event["data"])
            waited = now - self._up_at[member] < SETTLING
            self._events.append(Read(member, bits[: event["length"]], waited))
        elif event["event"] == kinds.Status and event["type"] == self._osdp.StatusReportType.Local:
            self._events.append(Opened(member, bool(event["report"][:1].strip(b"\0"))))
        elif event["event"] != kinds.Notification:
            return
        elif event["type"] == notes.SecureChannelStatus:
            self._turn(member, now, up=bool(event["arg0"]) and not event["arg1"])
        elif event["type"] == notes.PeripheralDeviceStatus and not event["arg0"]:
            self._turn(member, now, up=False)
            self._kick_at[member] = now + self._wait[member]
        elif event["type"] == notes.Command:
            name = self._names.get(event["arg0"])
            if name:
                self._events.append(Answered(member, name, bool(event["arg1"])))

    def _turn(self, member: int, now: float, *, up: bool) -> None:
        if up:
            self._wait[member] = FIRST_KICK
            self._installing.discard(self._members[member].address)
            self._panel.set_flag(member, self._osdp.LibFlag.EnforceSecure)
            self._panel.clear_flag(member, self._osdp.LibFlag.InstallMode)
        if up is not self._up[member]:
            self._up[member], self._up_at[member] = up, now
            self._events.append(Secured(member, up))


class _Channel:
    """The library's idea of a line: two buffers. It must never raise, for the library would not know."""

    id = 0

    def __init__(self, replies: Replies) -> None:
        self.replies = replies
        self.heard, self.to_say = bytearray(), bytearray()

    def read(self, most: int) -> bytes:
        data = bytes(self.heard[:most])
        del self.heard[:most]
        return data

    def write(self, data: bytes) -> int:
        self.replies.forget()
        self.to_say += data[-MOST_WAITING:]
        del self.to_say[:-MOST_WAITING]
        return len(data)

    def flush(self) -> None:
        self.heard.clear()


def library() -> tuple[Any, Any]:
    """libosdp's two modules.

    Raises:
        NoLibrary: it is not there, or another package has taken its name.
    """
    try:
        return importlib.import_module("osdp"), importlib.import_module("osdp_sys")
    except ImportError:
        raise NoLibrary("OSDP needs libosdp: pip install libosdp (not osdp, which takes its name)") from None


def _scrambler() -> Callable[[], None]:
    """libosdp draws its challenges from C's rand() and never seeds it: each process would make the same ones,
    and a recorded session could be played back to it."""
    seed = ctypes.CDLL(None).srand

    def scramble() -> None:
        seed(ctypes.c_uint(secrets.randbits(32)))

    return scramble


def _into(said: list[tuple[int, dict[str, Any]]]) -> Callable[[int, dict[str, Any]], int]:
    def note(member: int, event: dict[str, Any]) -> int:
        said.append((member, event))
        return 0

    return note
