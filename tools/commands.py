"""Runs other programs: their output goes to the set-up's log, a failure says where to look."""

from __future__ import annotations

import os
import subprocess
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from tools.places import LOG, ROOT


class Failed(Exception):
    """A step could not be done; the message is for the person who started it."""


def run(
    argv: Sequence[str | Path],
    *,
    what: str,
    environ: dict[str, str] | None = None,
    each_line: Callable[[str], None] = lambda line: None,
) -> None:
    """Run a program to its end.

    Raises:
        Failed: naming `what` and the program's last words.
    """
    LOG.parent.mkdir(parents=True, exist_ok=True)
    last: deque[str] = deque(maxlen=4)
    with LOG.open("a", encoding="utf-8") as log:
        print("$", *argv, file=log, flush=True)
        try:
            code = _follow(argv, os.environ | (environ or {}), log.write, last, each_line)
        except OSError as error:
            raise Failed(f"{what}: {error}") from None
    if code:
        words = "".join(f"\n    {line}" for line in last)
        raise Failed(f"{what} (all of it in {LOG.relative_to(ROOT)}):{words}")


def _follow(
    argv: Sequence[str | Path],
    environ: dict[str, str],
    write: Callable[[str], object],
    last: deque[str],
    each_line: Callable[[str], None],
) -> int:
    with subprocess.Popen(
        [str(part) for part in argv],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            write(line)
            if line.strip():
                last.append(line.strip())
                each_line(line.strip())
    return process.returncode
