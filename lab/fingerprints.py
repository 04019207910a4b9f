"""A UID is a name, not a secret: it is kept only as a keyed fingerprint."""

import hashlib
import hmac
import re

UID = re.compile(r"(?:[0-9A-Fa-f]{2}){4,16}")


def fingerprint(uid: str, *, pepper: bytes) -> str:
    """HMAC-SHA-256 of the UID's bytes, in hex; colons, dashes and case do not matter.

    Raises:
        ValueError: when it is not 4 to 16 bytes of hex.
    """
    plain = uid.replace(":", "").replace("-", "")
    if not UID.fullmatch(plain):
        raise ValueError("a UID is 4 to 16 bytes of hex")
    return hmac.new(pepper, bytes.fromhex(plain), hashlib.sha256).hexdigest()
