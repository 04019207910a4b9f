"""One process of the crew: its life, its deaths, and when it may start again."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import threading
from collections.abc import Iterator
from typing import Any

from honcho.process import Popen, Process

from lab.supervisor.crew import Role
from lab.supervisor.leashed import leashed

FIRST_DELAY, MOST_DELAY = 0.2, 3.0
STEADY = 20.0  # seconds after which a life counts as a good one
LINGER = 3.0  # seconds that what a dead child leaves behind may take to end


class Child:
    """Runs a role in a process group of its own, again and again; honcho reads what it says."""

    def __init__(self, role: Role, *, colour: str, events: queue.Queue[Any], environ: dict[str, str]) -> None:
        self.role, self.colour, self.events, self.environ = role, colour, events, environ
        self.pid: int | None = None
        self.wanted = not role.on_demand
        self.deaths = 0
        self._delays = delays()
        self._began = self._due = 0.0
        self._process: Process | None = None

    def start(self, now: float) -> None:
        self._began, self._due, self.pid = now, 0.0, None
        self._process = Process(
            leashed(self.role.command, ending="SIGKILL"),
            name=self.role.name,
            colour=self.colour,
            env=self.environ,
        )
        self._process._child_ctor = _popen
        # The kernel ends a child on the leash with the thread that started it; this one lives until then.
        threading.Thread(target=self._process.run, args=(self.events,), daemon=True).start()

    @property
    def is_starting(self) -> bool:
        return self._process is not None and self.pid is None

    def rest(self) -> None:
        """Nobody wants it now: it is not to start again."""
        self._delays, self._due = delays(), 0.0

    def died(self, now: float) -> float:
        """Note its end; returns the seconds until the next start."""
        self.deaths += 1
        if now - self._began > STEADY:
            self._delays = delays()
        delay = next(self._delays)
        self._due = now + delay
        return delay

    def restart_if_due(self, now: float) -> None:
        if not self._due or now < self._due:
            return
        if self.is_alive():  # something of its group still is, such as a broker that saves its state
            if now > self._due + LINGER:
                self.send(signal.SIGKILL)
            return
        self.start(now)

    def outlived(self) -> bool:
        """Is the process itself dead, but something that it started still keeps its output open?"""
        popen = self._process and self._process._child
        return popen is not None and popen.poll() is not None

    def send(self, number: signal.Signals) -> None:
        """To the process and to everything that it started."""
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)

    def is_alive(self) -> bool:
        if self.pid is None:
            return False
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        return True


def delays() -> Iterator[float]:
    """Short at first, then longer, never so long that one would give up waiting."""
    delay = FIRST_DELAY
    while True:
        yield delay
        delay = min(MOST_DELAY, delay * 2)


def _popen(command: list[str], **options: Any) -> Popen:
    return Popen(command, shell=False, **options)
