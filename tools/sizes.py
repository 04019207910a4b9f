"""Keeps files small: `python -m tools.sizes` names every Python file that is too long."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from tools.places import ROOMS, ROOT

LIMIT = 400


def too_long(root: Path, *folders: str) -> Iterator[str]:
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > LIMIT and "migrations" not in path.parts:
                yield f"{path.relative_to(root)}: {lines} lines, at most {LIMIT}"


if __name__ == "__main__":
    found = list(too_long(ROOT, *ROOMS, "tests", "tools"))
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(bool(found))
