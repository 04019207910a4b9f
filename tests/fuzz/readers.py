"""What readers hear, in the firmware's own code: no bytes open, start or teach them anything."""

import asyncio
from collections.abc import Iterator

from reader import packets
from reader.allowlist import BadList, opened
from reader.guards import Door, Machine
from reader.orders import Orders

from tests.firmware_bridge.firmware.test_guards import Board
from tests.firmware_bridge.firmware.test_orders import Clock
from tests.firmware_bridge.firmware.test_packets import Stream
from tests.fuzz.decoders import Decoder, no_longer, refused
from tests.fuzz.native import ORDERS

TAP = ("04A1B2C3", "a nonce that no seed tells \N{SNOWMAN}")
LIST = b'{"version":1,"entries":[["x",0,0,0]],"sig":"' + b"0" * 64 + b'"}'


def decoders() -> Iterator[Decoder]:
    yield Decoder("reader command", refused(obeyed), ORDERS)
    yield Decoder("reader allow-list", refused(listed, BadList), (LIST, LIST[:-1]))
    published = packets.publish("fablab/v1/a/command", ORDERS[0], 7)
    yield Decoder("reader packet", packet, (published, b"\x20\x02\x00\x00", b"\x40\x02\x00\x07"))


def obeyed(payload: bytes) -> None:
    """Beside the nonce of the tap that waits, nothing moves; and whatever is answered is bounded."""
    for kind in (Door, Machine):
        board = Board()
        no_longer(Orders(kind(board), Clock()).obey(payload, TAP), payload)
        assert not board.on, "a made-up command opens"


def listed(payload: bytes) -> None:
    opened(payload, b"the key of this reader")
    raise AssertionError("a made-up list is taken")


def packet(payload: bytes) -> None:
    try:
        kind, flags, body = asyncio.run(packets.read(Stream(payload)))
    except OSError:
        return
    if kind == packets.PUBLISH:
        refused(lambda told: no_longer(packets.published(flags, told), payload), UnicodeDecodeError)(body)
