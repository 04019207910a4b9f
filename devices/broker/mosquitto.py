"""Runs mosquitto as a child, with its files in step with the device table."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from devices.broker import acl, conf
from devices.broker.accounts import Account, render_passwords
from devices.broker.attendance import Attendance
from lab.listeners import Listeners
from lab.supervisor.leashed import leashed

GRACE = 5  # seconds to save its state in
_CHATTER = re.compile(
    rb"New (?:connection|client)|Client .* (?:disconnect|closed its connection|already connected)"
    rb"|mosquitto version|Config loaded|Opening |Saving |Reloading"
)

log = logging.getLogger(__name__)


class Mosquitto:
    """One mosquitto with its folder: `start`, `admit` new accounts as often as wished, `stop`."""

    def __init__(
        self,
        *,
        program: str,
        folder: Path,
        bind: str,
        port: int,
        listeners: Listeners | None = None,
        attendance: Attendance | None = None,
    ) -> None:
        self.program, self.folder, self.bind, self.port = program, folder, bind, port
        self.attendance = attendance or Attendance(lambda: datetime.now(UTC))
        self.listeners = listeners or Listeners()
        self._stamp = self._read_stamp()
        self._process: subprocess.Popen[bytes] | None = None
        self._listener: threading.Thread | None = None

    def start(self, accounts: Iterable[Account]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        path = self.folder / "mosquitto.conf"
        text = conf.render(
            folder=self.folder,
            bind=self.bind,
            port=self.port,
            secure=self.listeners.secure,
            plain_outside=self.listeners.plain_outside,
        )
        _write(path, text)
        self.admit(accounts)
        command = leashed([self.program, "-c", path], ending="SIGTERM")
        # No shell, and nothing that a visitor said.
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE)  # noqa: S603
        self._listener = threading.Thread(target=self._listen, args=(self._process.stderr,), daemon=True)
        self._listener.start()
        log.info("mosquitto on %s:%d", self.bind, self.port)

    def _listen(self, said: IO[bytes]) -> None:
        """Count who comes and goes, and let people read what it complains of."""
        for line in said:
            self.attendance.hear(line.decode(errors="replace").rstrip("\n"))
            if not _CHATTER.match(line):
                with contextlib.suppress(OSError, ValueError):  # nobody reads it, and mosquitto must not wait
                    sys.stderr.buffer.write(line)
                    sys.stderr.buffer.flush()
        self.attendance.all_went()

    def admit(self, accounts: Iterable[Account]) -> None:
        """Let exactly these in; others that are connected are put out."""
        accounts = list(accounts)
        passwords = _write(self.folder / "passwords", render_passwords(accounts))
        rights = _write(self.folder / "acl", acl.render(accounts))
        renewed, self._stamp = self._stamp != self._read_stamp(), self._read_stamp()
        if (passwords or rights or renewed) and self._process:
            self._process.send_signal(signal.SIGHUP)

    def _read_stamp(self) -> tuple[int, ...]:
        return self.listeners.secure.stamp if self.listeners.secure else ()

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait a while; False once mosquitto has ended or `stop` is set."""
        assert self._process is not None
        return not stop.wait(seconds) and self._process.poll() is None

    def stop(self) -> int:
        """End it and return its exit status: negative when a signal ended it before we did."""
        assert self._process is not None
        assert self._listener is not None
        ended = self._process.poll()
        if ended is None:
            self._process.terminate()
            try:
                self._process.wait(GRACE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._listener.join(GRACE)  # before the next one speaks
        return ended or 0


def _write(path: Path, text: str) -> bool:
    """Replace a file in one step if its content changed; only its owner can read it."""
    if path.exists() and path.read_text() == text:
        return False
    draft = path.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)
    return True
