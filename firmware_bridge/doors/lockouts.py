"""Who is locked out at the doors: judged in memory, written down when no tap waits, lifted by a manager."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from devices import lockouts
from firmware_bridge.doors.floods import Fate, Floods

log = logging.getLogger("etabli.doors")

BETWEEN_LOOKS = 1.0


@dataclass(slots=True)
class Locked:
    """A lock-out as the table is to know it."""

    since: datetime
    until: datetime
    told: bool = False
    counted: int = 0


class Lockouts:
    """`judge` never asks the database; `step` writes what is new and looks whether somebody lifted one."""

    def __init__(self) -> None:
        self._floods = Floods()
        self._locked: dict[str, Locked] = {}
        self._next_look = 0.0
        self._remembered = False

    def judge(self, reader: str, *, waiting: bool, now: datetime) -> Fate:
        clock = time.monotonic()
        fate = self._floods.judge(reader, waiting=waiting, now=clock)
        if fate is Fate.LOCKED:
            until = now + timedelta(seconds=self._floods.until(reader) - clock)
            self._locked[reader] = Locked(now, until)
            log.warning("%s tells more taps than anybody can tap and is locked out until %s", reader, until)
        return fate

    def step(self, *, now: datetime) -> None:
        """
        Raises:
            DatabaseError: for now; what is left is done the next time.
        """
        if not self._remembered:
            self._remember(now)
        if not self._locked or time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + BETWEEN_LOOKS
        for reader, one in self._locked.items():
            self._tell(reader, one)
        lifted = lockouts.lifted((name for name, one in self._locked.items() if one.until > now), now=now)
        for reader in lifted:
            log.warning("%s is heard again: a manager lifted its lock-out", reader)
            self._floods.lift(reader)
        self._locked = {
            name: one for name, one in self._locked.items() if one.until > now and name not in lifted
        }

    def _tell(self, reader: str, one: Locked) -> None:
        away = self._floods.turned_away(reader)
        if not one.told:
            lockouts.note(name=reader, since=one.since, until=one.until, turned_away=away)
        elif away != one.counted:
            lockouts.count(name=reader, turned_away=away)
        one.told, one.counted = True, away

    def _remember(self, now: datetime) -> None:
        """Those that were locked out before this process began."""
        for reader, until in lockouts.standing(now=now).items():
            clock = time.monotonic()
            self._floods.lock(reader, until=clock + (until - now).total_seconds(), now=clock)
            self._locked.setdefault(reader, Locked(now, until, told=True))
        self._remembered = True
