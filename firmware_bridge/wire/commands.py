"""Server → device: the one command that a tap gets, or a machine's lease. Ids can't be guessed."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from typing import Any

LIFETIME = 10.0  # seconds; a bolt must not move for somebody who has left


def unlock(*, seconds: int, nonce: str, reason: str, text: str, now: datetime) -> bytes:
    return _sealed(now, nonce=nonce, do="unlock", seconds=seconds, reason=reason, text=text)


def refuse(*, nonce: str, reason: str, text: str, now: datetime) -> bytes:
    return _sealed(now, nonce=nonce, do="refuse", reason=reason, text=text)


def relay(*, on: bool, lease: int, now: datetime, nonce: str = "", reason: str = "", text: str = "") -> bytes:
    """`lease` is in seconds; the device cuts the relay when it isn't renewed in time."""
    said = {name: word for name, word in (("nonce", nonce), ("reason", reason), ("text", text)) if word}
    return _sealed(now, do="relay", on=on, lease=lease, **said)


def _sealed(now: datetime, **facts: Any) -> bytes:
    if "text" in facts:
        facts["text"] = _plain(facts["text"])
    whole = {"id": secrets.token_urlsafe(12), **facts, "expires": round(now.timestamp() + LIFETIME, 3)}
    return json.dumps(whole, ensure_ascii=False).encode()


def _plain(text: str) -> str:
    """With the one space that every display has; French pages have three others."""
    return " ".join(text.replace("\u2060", "").split())
