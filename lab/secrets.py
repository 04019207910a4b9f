"""Secrets that nobody gave: made once, kept in the state folder, readable by its owner only."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

NAMES = ("SECRET_KEY", "BADGE_PEPPER", "BRIDGE_PASSWORD")


def ensure(state: Path) -> dict[str, str]:
    """The kept secrets, made on the first start; two processes that start together agree on one set."""
    state.mkdir(parents=True, exist_ok=True)
    path = state / "secrets.json"
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        write_private(draft, json.dumps({name: secrets.token_urlsafe(40) for name in NAMES}))
        try:
            os.link(draft, path)  # fails when another process was first, and then its set counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
