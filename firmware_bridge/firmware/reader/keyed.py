"""HMAC-SHA-256, which MicroPython has no module for, and what it is good for here."""

import hashlib
from binascii import b2a_base64, unhexlify

BLOCK = 64
PRINT_BYTES = 16


def hmac(key, message):
    if len(key) > BLOCK:
        key = hashlib.sha256(key).digest()
    key = key + bytes(BLOCK - len(key))
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in key))
    inner.update(message)
    outer = hashlib.sha256(bytes(b ^ 0x5C for b in key))
    outer.update(inner.digest())
    return outer.digest()


def same(one, other):
    """Compare two byte strings in a time that tells nothing of where they differ."""
    if len(one) != len(other):
        return False
    differs = 0
    for a, b in zip(one, other):
        differs |= a ^ b
    return differs == 0


def badge_print(uid, site_key, key):
    """What stands for a badge in this reader's list; `uid` is hex."""
    known_by = hmac(site_key, unhexlify(uid))
    keyed = hmac(key, b"badge " + known_by)[:PRINT_BYTES]
    return b2a_base64(keyed).decode().strip().rstrip("=").replace("+", "-").replace("/", "_")
