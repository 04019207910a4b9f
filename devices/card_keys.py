"""The keys of the lab's NTAG 424 DNA cards, all derived from one secret that only the server has.

The UID lies encrypted in what a card says, so the key that opens it is the same for all cards. The key that
signs is each card's own (NXP AN10922): whoever breaks one card can copy no other.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.cmac import CMAC

LENGTH = 16
APPLICATION = bytes.fromhex("000000")  # NTAG 424 DNA has one application, and no AID of DESFire's kind
SYSTEM = b"etabli"
MOST = 31  # bytes of diversification input


def meta_key(secret: bytes) -> bytes:
    """KSDMMetaRead: opens what any card of the lab says."""
    return _derived(secret, b"card meta read")


def file_key(uid: bytes, secret: bytes) -> bytes:
    """KSDMFileRead of the card with this UID (7 bytes): signs what it says."""
    return diversified(_derived(secret, b"card file read"), uid + APPLICATION + SYSTEM)


def app_key(uid: bytes, secret: bytes) -> bytes:
    """AppMasterKey of the card with this UID: whoever has it may change the card."""
    return diversified(_derived(secret, b"card master"), uid + APPLICATION + SYSTEM)


def diversified(master: bytes, about: bytes) -> bytes:
    """An AES-128 key after AN10922; `about` has 16 to 31 bytes, where its padding is CMAC's own."""
    if not LENGTH <= len(about) <= MOST:
        raise ValueError("diversification wants 16 to 31 bytes")
    mac = CMAC(AES128(master))
    mac.update(b"\x01" + about)
    return mac.finalize()


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return hmac.digest(secret, purpose, hashlib.sha256)[:LENGTH]
