"""The list that says who may pass while the server is away: checked bytes in, one decision out."""

import json
from binascii import unhexlify

from reader.keyed import hmac, same

SIGNATURE = b',"sig":"'
TAIL = len(SIGNATURE) + 64 + 2  # 64 digits, then `"}`


class BadList(Exception):
    """Why a list is not taken; the word goes into the acknowledgement."""


class Decision:
    """`until` ends what a machine may be used from now; Unix seconds."""

    def __init__(self, granted, reason, seconds=0, until=0):
        self.granted, self.reason, self.seconds, self.until = granted, reason, seconds, until


class AllowList:
    """Spans are half-open Unix seconds; window 0 is when the place is open at all."""

    def __init__(self, facts):
        self.version, self.issued = facts["version"], facts["issued"]
        self.stale, self.expires = facts["stale"], facts["expires"]
        self.is_door, self.seconds = facts["for"] == "door", facts["seconds"]
        self.absent, self.outside = facts["absent"], facts["outside"]
        self.windows = facts["windows"]
        self.entries = {entry[0]: entry for entry in facts["entries"]}

    def decide(self, who, now, trusted=True):
        """May the badge with this print pass at `now`?

        A clock that lost its time (`trusted` is false) knows only that it is not earlier: then no machine
        starts, and a door opens for those who may come at any hour.
        """
        if not self.issued - 60 <= now < self.expires:
            return Decision(False, "internal_error")
        if not self.is_door and (now >= self.stale or not trusted):
            return Decision(False, "internal_error")
        entry = self.entries.get(who)
        if entry is None:
            return Decision(False, self.absent)
        _, window, since, until = entry
        if now < since or (until and now >= until):
            return Decision(False, "badge_expired")
        spans = self.windows[window]
        if not trusted and spans != [[self.issued, self.expires]]:
            return Decision(False, "lab_closed")
        end = self._end(spans, now)
        if not end:
            return Decision(False, self.outside if self._end(self.windows[0], now) else "lab_closed")
        until = min(end, until or end, now + self.seconds)
        return Decision(True, "welcome", self.seconds if self.is_door else until - now, until)

    def _end(self, spans, now):
        for begins, ends in spans:
            if max(begins, self.issued) <= max(now, self.issued) < ends:
                return ends
        return 0


def opened(payload, key):
    """The list in a signed message.

    Raises:
        BadList: when it was not made with this reader's key, or not as we know it.
    """
    body, tail = payload[:-TAIL], payload[-TAIL:]
    if tail[: len(SIGNATURE)] != SIGNATURE or tail[-2:] != b'"}':
        raise BadList("unsigned")
    try:
        signature = unhexlify(tail[len(SIGNATURE) : -2])
    except ValueError:
        raise BadList("unsigned")
    if not same(signature, hmac(key, b"list " + body)):
        raise BadList("bad signature")
    try:
        return AllowList(json.loads(body + b"}"))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise BadList("unknown format")
