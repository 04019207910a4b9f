"""NTAG 424 DNA of the tests: they say what real ones would."""

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC

from devices.card_keys import file_key, meta_key
from firmware_bridge.wire.sun import Mirrored, mac_of

CARD_SECRET = b"the secret of the cards"


def sun(uid: str, counter: int, *, secret: bytes = CARD_SECRET) -> dict[str, str]:
    """What a card written with this secret says at its reading with this number."""
    told = Mirrored(bytes.fromhex(uid), counter)
    plain = b"\xc7" + told.uid + counter.to_bytes(3, "little") + b"noise"
    encryptor = Cipher(AES128(meta_key(secret)), CBC(bytes(16))).encryptor()
    mac = mac_of(told, key=file_key(told.uid, secret))
    return {"picc": (encryptor.update(plain) + encryptor.finalize()).hex(), "cmac": mac.hex()}
