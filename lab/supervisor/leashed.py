"""How a command line is put on the leash."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

LEASH = Path(__file__).parent / "leash.py"


def leashed(program: Sequence[str | Path], *, ending: str) -> list[str]:
    """The command line that runs `program` so that it gets the signal `ending` when this process dies."""
    return [sys.executable, "-I", "-S", str(LEASH), ending, str(os.getpid()), *map(str, program)]
