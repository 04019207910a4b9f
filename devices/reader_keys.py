"""What a reader needs to decide by itself: two keys, both derived from one secret that only the server has.

The site's key turns a UID into the print that the lab's readers know it by; every reader has it. The reader's
own key signs its allow-list and keys the prints in it; it ends with the credential that it was given with.
"""

from __future__ import annotations

import hashlib
import hmac

from devices.models import Device


def site_key(secret: bytes) -> bytes:
    return _derived(secret, "site")


def reader_key(device: Device, secret: bytes, *, salt: str = "") -> bytes:
    """The key that goes with the device's credential; `salt` is that of one which does not count yet."""
    return _derived(secret, f"reader {device.name} {salt or device.key_salt}")


def _derived(secret: bytes, purpose: str) -> bytes:
    return hmac.digest(secret, purpose.encode(), hashlib.sha256)
