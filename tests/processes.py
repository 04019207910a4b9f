"""Real processes of a test: started in a session of their own, watched, and never left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]


class Running:
    """A process with what it said so far; it and all that it started end with the test."""

    def __init__(self, *command: str, **environ: str) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"PYTHONFAULTHANDLER": "1"} | environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        self.lines.extend(iter(self.process.stdout.readline, ""))

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self, seconds: float = 60) -> int:
        """Its status once it ended by itself; one that does not says where it hangs."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.send(signal.SIGABRT)
            self._reader.join(10)
            raise AssertionError(f"still there after {seconds} s:\n{self.text}") from None
        self._reader.join(seconds)
        return status

    def family(self) -> list[psutil.Process]:
        """It and everything that it started, down to the last generation."""
        try:
            root = psutil.Process(self.process.pid)
            return [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


@contextmanager
def running(*command: str, **environ: str) -> Iterator[Running]:
    one = Running(*command, **environ)
    try:
        yield one
    finally:
        family = one.family()
        for process in family:
            if process.is_running():
                process.kill()
        one.process.wait(60)


def lab(*words: str, state: Path, **environ: str):
    """`python -m lab …` on a state folder of its own."""
    return running(sys.executable, "-m", "lab", *words, ETABLI_STATE=str(state), **environ)


def eventually(question, seconds: float = 60):
    """The first true answer to the question, asked again and again, as long as a busy machine needs."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = question()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError(f"never came true in {seconds} s: {question}")


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
