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
    return _keyed(pepper, _bytes(uid)).hex()


def pepper_mark(pepper: bytes) -> str:
    """A short name of a pepper that tells nothing of it: which of two a fingerprint was made with."""
    return _keyed(pepper, b"name of this pepper").hex()[:8]


def sealed_print(uid: str, *, site_key: bytes, pepper: bytes) -> str:
    """What readers know the badge by (HMAC-SHA-256 of the UID under the site's key), sealed to be stored.

    The pad comes from the pepper and is used for this badge alone: a stolen reader knows the site's key, but
    without the pepper it can try no UID against what the database holds.

    Raises:
        ValueError: when it is not 4 to 16 bytes of hex.
    """
    return _sealed(_keyed(site_key, _bytes(uid)), fingerprint(uid, pepper=pepper), pepper).hex()


def opened_print(sealed: str, *, fingerprint: str, pepper: bytes) -> bytes:
    """The print that was sealed beside this fingerprint."""
    return _sealed(bytes.fromhex(sealed), fingerprint, pepper)


def _bytes(uid: str) -> bytes:
    plain = uid.replace(":", "").replace("-", "")
    if not UID.fullmatch(plain):
        raise ValueError("a UID is 4 to 16 bytes of hex")
    return bytes.fromhex(plain)


def _keyed(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, hashlib.sha256)


def _sealed(print_: bytes, fingerprint: str, pepper: bytes) -> bytes:
    pad = _keyed(pepper, b"reader print " + bytes.fromhex(fingerprint))
    return bytes(a ^ b for a, b in zip(print_, pad, strict=True))
