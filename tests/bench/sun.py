"""The check of a secure card: what it said, from bytes to proof, beside the bare AES calls that it needs."""

from collections.abc import Callable, Iterator
from functools import partial

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.cmac import CMAC

from devices.card_keys import file_key, meta_key
from firmware_bridge.wire.sun import proven
from tests.bench._lab import percentile, timed
from tests.firmware_bridge.ntag import CARD_SECRET, sun

UID = "04DE5F1EACC040"
ROUNDS, WARM = 6000, 1000
GOAL = 100.0  # µs
CMACS = 3  # the card's key, the session's, the signature


def run() -> Iterator[dict]:
    said = {name: bytes.fromhex(text) for name, text in sun(UID, 61).items()}
    keys = {"meta_key": meta_key(CARD_SECRET), "file_key": partial(file_key, secret=CARD_SECRET)}
    forged = {**said, "cmac": bytes(8)}
    bare = _microseconds(lambda: _bare(said["picc"]))
    for name, words in (("genuine", said), ("forged", forged)):
        ours = _microseconds(lambda words=words: proven(words["picc"], words["cmac"], **keys))
        for what, part in (("p50", 0.50), ("p99", 0.99)):
            value, limit = percentile(ours, part), percentile(bare, part)
            yield {
                "name": f"sun {name} {what}",
                "value": round(value, 1),
                "unit": "µs",
                "limit": round(limit, 1),
                "ratio": round(value / limit, 2),
                "detail": {"goal_us": GOAL, "limit": f"one AES decryption and {CMACS} CMACs, bare"},
            }


def _microseconds(act: Callable[[], object]) -> list[float]:
    return [took * 1e6 for took in timed(lambda _number: act(), range(ROUNDS))[WARM:]]


def _bare(block: bytes) -> None:
    key = bytes(16)
    decryptor = Cipher(AES128(key), ECB()).decryptor()
    decryptor.update(block)
    decryptor.finalize()
    for _ in range(CMACS):
        mac = CMAC(AES128(key))
        mac.update(block)
        mac.finalize()
