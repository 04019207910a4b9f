"""SUN, what an NTAG 424 DNA says anew at each reading: its UID and read counter, encrypted and signed.

The card mirrors PICCENCData (AES, not LRP) and a SDMMAC over nothing else: SDMMACInputOffset = SDMMACOffset.
Source: NXP AN12196, sections 3.3 and 3.4; NT4H2421Gx, section 9.3.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.cmac import CMAC

BLOCK = 16
UID_AND_COUNTER = 0xC7  # PICCDataTag: both are there, and the UID has 7 bytes
SESSION_MAC = bytes.fromhex("3CC300010080")  # SV2: purpose, counter of blocks, 128 bits


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What a card said of itself; `counter` goes up by one at each reading."""

    uid: bytes = field(repr=False)
    counter: int


def proven(
    picc: bytes, mac: bytes, *, meta_key: bytes, file_key: Callable[[bytes], bytes]
) -> Mirrored | None:
    """What a genuine card said; None for anything else. `file_key` gives the key of the card with a UID."""
    told = opened(picc, key=meta_key)
    if told is None or not hmac.compare_digest(mac_of(told, key=file_key(told.uid)), mac):
        return None
    return told


def opened(picc: bytes, *, key: bytes) -> Mirrored | None:
    """The UID and counter in PICCENCData, believed by nobody yet."""
    if len(picc) != BLOCK:
        return None
    # One block after an IV of zeros: CBC, as the card does it, is then the block cipher alone.
    decryptor = Cipher(AES128(key), ECB()).decryptor()  # noqa: S305
    plain = decryptor.update(picc) + decryptor.finalize()
    if plain[0] != UID_AND_COUNTER:
        return None
    return Mirrored(plain[1:8], int.from_bytes(plain[8:11], "little"))


def mac_of(told: Mirrored, *, key: bytes) -> bytes:
    """The SDMMAC of a card with this file-read key: every second byte of a CMAC over nothing."""
    return _cmac(session_key(told, key=key), b"")[1::2]


def session_key(told: Mirrored, *, key: bytes) -> bytes:
    """KSesSDMFileReadMAC."""
    return _cmac(key, SESSION_MAC + told.uid + told.counter.to_bytes(3, "little"))


def _cmac(key: bytes, message: bytes) -> bytes:
    mac = CMAC(AES128(key))
    mac.update(message)
    return mac.finalize()
