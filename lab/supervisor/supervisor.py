"""Keeps a crew running until it is told to stop, then leaves nothing behind."""

from __future__ import annotations

import datetime
import io
import os
import queue
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from honcho.colour import get_colours
from honcho.printer import Message, Printer

from lab.supervisor.child import Child
from lab.supervisor.crew import Role

TICK = 0.1
GRACE = 6.0  # seconds to end in before the end is forced
STUCK = 2.0
NAME = "etabli"


class Supervisor:
    """`run()` starts the roles and returns after SIGINT, SIGTERM or SIGHUP, when all of them have ended."""

    def __init__(
        self, roles: Iterable[Role], *, printer: Printer | None = None, grace: float = GRACE
    ) -> None:
        self.grace = grace
        self.printer = printer or Printer(sys.stdout)
        self.events: queue.Queue[Any] = queue.Queue()
        self._ending = False
        environ = os.environ | {"PYTHONUNBUFFERED": "1"}
        self.children = {
            role.name: Child(role, colour=colour, events=self.events, environ=environ)
            for role, colour in zip(roles, get_colours(), strict=False)
        }
        self.printer.width = max(map(len, [NAME, *self.children]))
        self._outlived: dict[str, float] = {}

    def say(self, text: str) -> None:
        """Print a line among those of the children; any thread may."""
        self.events.put(Message("line", text, datetime.datetime.now(), NAME, None))  # noqa: DTZ005

    def announce(self, text: str) -> None:
        """Print text as it is, for people."""
        self.events.put(Message("text", text, None, NAME, None))

    def want(self, name: str, wanted: bool) -> None:
        """Run a child that works on demand, or let it end; any thread may."""
        self.events.put(Message("want", wanted, None, name, None))

    @property
    def ending(self) -> bool:
        return self._ending

    def run(self, *, started: Callable[[], None] = lambda: None) -> None:
        before = {number: signal.signal(number, self._end) for number in _endings()}
        try:
            for child in self.children.values():
                if child.wanted:
                    child.start(time.monotonic())
            started()
            while not self._ending:
                self._listen()
                self._look_after()
        finally:
            self._stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _end(self, number: int, frame: object) -> None:
        if self._ending:  # a second Ctrl-C: no more patience
            for child in self.children.values():
                child.send(signal.SIGKILL)
        self._ending = True

    def _listen(self) -> None:
        """Pass on what the children say and note how they fare, for one tick."""
        deadline = time.monotonic() + TICK
        while (left := deadline - time.monotonic()) > 0:
            try:
                message = self.events.get(timeout=left)
            except queue.Empty:
                return
            self._hear(message)

    def _hear(self, message: Any) -> None:
        if message.type in {"line", "text"}:
            self._print(message)
        elif message.type == "start":
            self.children[message.name].pid = message.data["pid"]
        elif message.type == "want" and not self._ending:
            self._want(self.children[message.name], message.data)
        elif message.type == "stop" and not self._ending:
            self._outlived.pop(message.name, None)
            self._mourn(self.children[message.name], _how(message.data["returncode"]))

    def _want(self, child: Child, wanted: bool) -> None:
        if child.wanted is wanted:
            return
        child.wanted = wanted
        if not wanted:
            child.rest()
        elif not child.is_starting and not child.is_alive():
            child.start(time.monotonic())

    def _mourn(self, child: Child, how: str) -> None:
        if child.wanted:
            delay = child.died(time.monotonic())
            self.say(f"{child.role.name} ended ({how}), again in {delay:.1f} s")
        else:
            child.rest()
            self.say(f"{child.role.name} ended, nobody needs it now")

    def _print(self, message: Any) -> None:
        try:
            if message.type == "text":
                print(message.data, file=self.printer.output, flush=True)
            else:
                self.printer.write(message)
        except OSError:  # nobody reads any more, as after `make demo | head`
            self._ending = True
            self.printer.output = io.StringIO()

    def _look_after(self) -> None:
        now = time.monotonic()
        for name, child in self.children.items():
            child.restart_if_due(now)
            if not child.wanted and child.is_alive():
                child.send(signal.SIGTERM)
            if not child.outlived():
                self._outlived.pop(name, None)
            elif now - self._outlived.setdefault(name, now) > STUCK:
                child.send(signal.SIGKILL)

    def _stop(self) -> None:
        """End all, the broker last; force what does not end in time."""
        self._ending = True
        self.say("ending…")
        self._wait(lambda: any(child.is_starting for child in self.children.values()))
        ordered = list(reversed(self.children.values()))
        for group in (ordered[:-1], ordered[-1:]):
            for child in group:
                child.send(signal.SIGTERM)
            self._wait_for(group)
        for child in ordered:
            child.send(signal.SIGKILL)
        self._wait_for(ordered)
        self.say("everything has ended")
        self._listen()

    def _wait_for(self, group: list[Child]) -> None:
        self._wait(lambda: any(child.is_alive() for child in group))

    def _wait(self, pending: Callable[[], bool]) -> None:
        deadline = time.monotonic() + self.grace
        while pending() and time.monotonic() < deadline:
            self._listen()


def _endings() -> Iterator[signal.Signals]:
    yield from (signal.SIGINT, signal.SIGTERM)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # else somebody started it with nohup
        yield signal.SIGHUP


def _how(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"exit status {status}"
