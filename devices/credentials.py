"""Device passwords, hashed as mosquitto stores them: `$7$iterations$salt$hash`, PBKDF2-SHA512."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

SALT_BYTES = 12
# Passwords are 192 random bits that no dictionary holds, and a broker checks them in its only thread.
ITERATIONS = 1_000


def hash_password(clear: str, *, salt: bytes | None = None, iterations: int = ITERATIONS) -> str:
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    digest = hashlib.pbkdf2_hmac("sha512", clear.encode(), salt, iterations)
    return f"$7${iterations}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def verify(clear: str, hashed: str) -> bool:
    """Whether `clear` is the password; anything that is not such a hash verifies nothing."""
    try:
        empty, kind, iterations, salt, digest = hashed.split("$")
        if (empty, kind) != ("", "7"):
            return False
        found = hashlib.pbkdf2_hmac(
            "sha512", clear.encode(), base64.b64decode(salt, validate=True), int(iterations)
        )
        return hmac.compare_digest(found, base64.b64decode(digest, validate=True))
    except (ValueError, binascii.Error, OverflowError):
        return False
