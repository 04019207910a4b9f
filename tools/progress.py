"""Shows what the set-up is doing: a live line on a terminal, plain lines anywhere else."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from types import TracebackType
from typing import TextIO

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
BAR = 20


class Step:
    """One numbered step: `with Step(2, 4, "Python packages", total=60) as step: step.tick("django")`."""

    def __init__(
        self, number: int, steps: int, title: str, *, total: int = 0, out: TextIO | None = None
    ) -> None:
        self.title = title
        self.label = f"[{number}/{steps}]"
        self.total = total
        self.out = out or sys.stderr
        self.live = self.out.isatty()
        self.done = 0
        self.detail = ""
        self._began = time.monotonic()
        self._end = threading.Event()
        self._painter = threading.Thread(target=self._paint, daemon=True)

    def tick(self, detail: str, *, counts: bool = True) -> None:
        self.detail = detail
        self.done += counts

    def __enter__(self) -> Step:
        if self.live:
            self._painter.start()
        else:
            print(f"{self.label} {self.title}…", file=self.out, flush=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        if self.live:
            self._painter.join()
            self.out.write("\r\x1b[K")
        mark, word = ("✗", "failed after") if kind else ("✓", "in")
        seconds = time.monotonic() - self._began
        print(f"{self.label} {mark} {self.title} {word} {seconds:.1f} s", file=self.out, flush=True)

    def _paint(self) -> None:
        frame = 0
        while not self._end.wait(0.1):
            frame += 1
            line = self.line(FRAMES[frame % len(FRAMES)], time.monotonic() - self._began)
            self.out.write(f"\r\x1b[K{line}")
            self.out.flush()

    def line(self, frame: str, seconds: float) -> str:
        """What the live line says now, cut to the terminal's width."""
        text = f"{self.label} {frame} {self.title} {seconds:4.0f} s"
        if self.total:
            full = min(BAR, BAR * self.done // self.total)
            text += f"  {'█' * full}{'░' * (BAR - full)} {min(self.done, self.total)}/{self.total}"
        text += f"  {self.detail}" if self.detail else ""
        return text[: shutil.get_terminal_size().columns - 1]
