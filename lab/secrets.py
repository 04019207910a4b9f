"""Secrets that nobody gave: made once, kept in the state folder, readable by its owner only."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import cast

from lab.config import BadSetting

NAMES = ("SECRET_KEY", "BADGE_PEPPER", "BRIDGE_PASSWORD")
SINCE = ("READER_SECRET", "CARD_SECRET")  # names that the file of an older lab lacks


def ensure(state: Path) -> dict[str, str]:
    """The kept secrets, made on the first start; two processes that start together agree on one set.

    Raises:
        BadSetting: when the folder can't keep them, or what it keeps can't be read.
    """
    path = state / "secrets.json"
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)  # members' data will lie here, too
        if not path.exists():
            _make(path)
        kept = json.loads(path.read_text())
        if _whole(kept, NAMES) and not _whole(kept, SINCE):
            kept = _completed(path, kept)
    except OSError as error:
        raise BadSetting("ETABLI_STATE", f"a folder that can be written: {error}") from None
    except ValueError:
        kept = None
    if not _whole(kept, NAMES + SINCE):
        raise BadSetting("ETABLI_STATE", f"a folder whose secrets.json is whole, not {path}")
    return cast("dict[str, str]", kept)


def _whole(kept: object, names: Iterable[str]) -> bool:
    return isinstance(kept, dict) and all(isinstance(kept.get(name), str) for name in names)


def _draft(path: Path, kept: dict[str, str]) -> Path:
    draft = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
    write_private(draft, json.dumps(kept))
    return draft


def _completed(path: Path, kept: dict[str, str]) -> dict[str, str]:
    whole = {name: secrets.token_urlsafe(40) for name in SINCE} | kept
    _draft(path, whole).replace(path)
    return whole


def _make(path: Path) -> None:
    draft = _draft(path, {name: secrets.token_urlsafe(40) for name in NAMES + SINCE})
    try:
        os.link(draft, path)  # fails when another process was first, and then its set counts
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
