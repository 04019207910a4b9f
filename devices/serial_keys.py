"""The secure-channel key of an OSDP reader: derived from a secret that the database does not hold."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from devices.models import SerialPort

LENGTH = 16
FACTORY = bytes(range(0x30, 0x40))  # SCBK-D, which every reader of the world knows


def key_of(port: SerialPort, secret: bytes) -> bytes:
    """The reader's key: ours, or the one that it had before and that was entered."""
    pad = _pad(port, secret)
    if not port.sealed_key:
        return pad
    return bytes(a ^ b for a, b in zip(bytes.fromhex(port.sealed_key), pad, strict=True))


def renew(port: SerialPort, secret: bytes, *, known: bytes | None = None) -> None:
    """Give the port a new key of ours, or the one that its reader has; the caller saves it."""
    port.key_salt = secrets.token_hex(LENGTH)  # a pad seals one key only
    port.sealed_key = ""
    if known is not None:
        port.sealed_key = bytes(a ^ b for a, b in zip(known, _pad(port, secret), strict=True)).hex()


def read_key(text: str) -> bytes | None:
    """A key as 32 hex digits, with or without spaces; None when it is none, or the factory's."""
    try:
        key = bytes.fromhex(text)
    except ValueError:
        return None
    return key if len(key) == LENGTH and key != FACTORY else None


def _pad(port: SerialPort, secret: bytes) -> bytes:
    purpose = f"osdp {port.device.name} {port.key_salt}"
    return hmac.digest(secret, purpose.encode(), hashlib.sha256)[:LENGTH]
