"""EPCs as readers write them: hex, or base64 in either alphabet; we keep upper hex."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from typing import Any

from firmware_bridge.wire.payload import BadPayload

LONGEST = 62  # bytes; an EPC of 496 bits is the longest that Gen2 allows
MOST_PORTS = 65_535  # antennas or pins of one reader

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+", re.ASCII)


def epc_of_hex(told: Any) -> str:
    if type(told) is not str or not _HEX.fullmatch(told) or len(told) > 2 * LONGEST:
        raise BadPayload("an EPC is not hex of at most 496 bits")
    return told.upper()


def epc_of_base64(told: Any) -> str:
    if type(told) is not str or len(told) > 2 * LONGEST:
        raise BadPayload("an EPC is not base64 of at most 496 bits")
    usual = told.translate(str.maketrans("-_", "+/"))
    try:
        return epc_of_hex(b64decode(usual + "=" * (-len(usual) % 4), validate=True).hex())
    except (binascii.Error, ValueError):
        raise BadPayload("an EPC is not base64 of at most 496 bits") from None
