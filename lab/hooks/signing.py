"""The three headers by which a receiver knows that a message is ours, is new and was not changed.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

PREFIX = "whsec_"


def headers(*, message: str, at: int, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """With a signature for each key, the newest first; `at` in Unix seconds."""
    signed = " ".join(f"v1,{signature(key, message, at, body)}" for key in keys)
    return {"webhook-id": message, "webhook-timestamp": str(at), "webhook-signature": signed}


def signature(key: str, message: str, at: int, body: bytes) -> str:
    """Base64 of HMAC-SHA256 over identity, time and body, joined by full stops."""
    secret = base64.b64decode(key.removeprefix(PREFIX))
    told = f"{message}.{at}.".encode() + body
    return base64.b64encode(hmac.new(secret, told, hashlib.sha256).digest()).decode()
