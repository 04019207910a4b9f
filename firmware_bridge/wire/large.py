"""What the embedded broker tells of a message that it did not pass on: where, how long, how it began."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from firmware_bridge.wire.payload import BadPayload, flag, parse_object, text, whole

TOO_LARGE = "etabli/broker/large"
HEAD = 16 * 1024  # bytes of a message far too large that are kept
LONGEST_TOPIC = 65_535
MOST = 256 * 1024 * 1024  # what the standard allows in one packet


@dataclass(frozen=True, slots=True)
class Large:
    """A message of `size` bytes on a topic; `head` is how it began."""

    topic: str
    size: int
    retained: bool
    head: bytes


def read_large(payload: bytes) -> Large:
    """
    Raises:
        BadPayload: the broker did not say this.
    """
    told = parse_object(payload, most=LONGEST_TOPIC * 6 + HEAD * 2)
    topic = told.get("topic")
    if type(topic) is not str or not 0 < len(topic) <= LONGEST_TOPIC:
        raise BadPayload("topic is no topic")
    try:
        head = base64.b64decode(text(told.get("head"), "head", most=HEAD * 2, least=0), validate=True)
    except (binascii.Error, ValueError):
        raise BadPayload("head is not base64") from None
    return Large(
        topic, whole(told.get("size"), "size", most=MOST), flag(told.get("retain"), "retain"), head[:HEAD]
    )
