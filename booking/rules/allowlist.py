"""Who may pass while the server is away: the list that a reader decides from, as the bytes that it checks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

from booking.rules.taps import Reason
from lab.spans import Span, merged, without

MOST_BYTES = 60_000  # a device's message has at most 64 KiB
PRINT_BYTES = 16
EARLY = timedelta(minutes=10)  # before one's own booking


@dataclass(frozen=True, slots=True)
class Place:
    """What the reader guards; `opening` lies within the list's life.

    `seconds` unlock a door or are a machine's longest lease. `absent` is told to a badge that is not on the
    list, `outside` to one that comes while the place is open but not for its owner.
    """

    kind: Literal["door", "machine"]
    zone: str
    seconds: int
    opening: tuple[Span, ...] = ()
    absent: Reason = Reason.UNKNOWN_BADGE
    outside: Reason = Reason.LAB_CLOSED


@dataclass(frozen=True, slots=True)
class Right:
    """A badge, by what readers know it by, the spans it may pass in, and from when until when it is good."""

    known_by: bytes
    spans: tuple[Span, ...]
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A standing claim on one unit of a machine: whose, what it blocks, and what is promised of that."""

    unit: int
    member: int
    blocked: Span
    booked: Span | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A booking that takes place in spite of closures (`closed`) or outages; only those in `down` count."""

    member: int
    booked: Span
    closed: tuple[Span, ...]
    down: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """From when a list holds, after when it opens no machine any more, and when it opens nothing."""

    issued: datetime
    stale: datetime
    expires: datetime

    @property
    def span(self) -> Span:
        return Span(self.issued, self.expires)

    def is_due(self, now: datetime) -> bool:
        """Is it time for the next list: is half of the time for machines over?"""
        return not self.issued <= now < self.issued + (self.stale - self.issued) / 2


@dataclass(frozen=True, slots=True)
class Content:
    """What a list says under one key, whichever its number, as JSON; `left_out` badges found no room."""

    raw: bytes
    entries: int
    left_out: int
    digest: str


def content(place: Place, rights: Sequence[Right], life: Life, *, key: bytes) -> Content:
    """The list of a place, as large as fits; of too many badges the last ones are left out."""
    kept = len(rights)
    raw = _json(_said(place, rights, life, key))
    while kept and len(raw) > MOST_BYTES:
        kept = min(kept - 1, int(kept * MOST_BYTES / len(raw)))
        raw = _json(_said(place, rights[:kept], life, key))
    return Content(raw, kept, len(rights) - kept, _keyed(key, b"content " + raw).hex())


def signed(content: Content, version: int, life: Life, *, key: bytes) -> bytes:
    """The message: `sig` is last and covers each byte before `,"sig"`, so that nobody has to order keys."""
    times = {"issued": life.issued, "stale": life.stale, "expires": life.expires}
    head = _json({"version": version, **{name: _unix(moment) for name, moment in times.items()}})
    body = head.removesuffix(b"}") + b"," + content.raw[1:-1]
    return body + b',"sig":"' + _keyed(key, b"list " + body).hex().encode() + b'"}'


@lru_cache(maxsize=100_000)  # one badge is lost, and the prints of all others stay as they are
def entry_print(known_by: bytes, *, key: bytes) -> str:
    """What stands in the list of the one reader that has this key."""
    keyed = _keyed(key, b"badge " + known_by)
    return base64.urlsafe_b64encode(keyed[:PRINT_BYTES]).decode().rstrip("=")


def machine_spans(
    opening: Iterable[Span], held: Iterable[Held], *, units: Iterable[int], member: int, walk_up: bool
) -> tuple[Span, ...]:
    """When a member may use a machine: open, one unit free of others, and booked where that is asked for."""
    claims = list(held)
    own = [
        claim.booked.grown(before=EARLY, after=timedelta())
        for claim in claims
        if claim.member == member and claim.booked is not None
    ]
    wished = (opened.common(one) for opened in opening for one in ([opened] if walk_up else own))
    others = {
        unit: [claim.blocked for claim in claims if claim.unit == unit and claim.member != member]
        for unit in units
    }
    return tuple(
        merged(free for one in wished if one for busy in others.values() for free in without(one, busy))
    )


def kept_spans(opening: Iterable[Span], kept: Iterable[Kept], *, member: int) -> tuple[Span, ...]:
    """When a machine works for a member alone: for what a manager let stand, and a little before."""
    opened = tuple(opening)
    wished = (
        (one, common)
        for one in kept
        if one.member == member
        for hours in (*opened, *one.closed)
        if (common := hours.common(one.booked.grown(before=EARLY, after=timedelta())))
    )
    return tuple(merged(part for one, common in wished for part in without(common, one.down)))


def _said(place: Place, rights: Sequence[Right], life: Life, key: bytes) -> dict[str, Any]:
    numbers: dict[int, int] = {}  # rights share their spans, and many spans are slow to compare
    windows: list[tuple[Span, ...]] = []

    def window(spans: tuple[Span, ...]) -> int:
        if id(spans) not in numbers:
            numbers[id(spans)] = len(windows)
            windows.append(spans)
        return numbers[id(spans)]

    window(place.opening)  # always the first
    entries = sorted(
        [
            entry_print(right.known_by, key=key),
            window(right.spans),
            _unix(right.since) if right.since and right.since > life.issued else 0,
            _unix(right.until) if right.until and right.until < life.expires else 0,
        ]
        for right in rights
    )
    return {
        "for": place.kind,
        "zone": place.zone,
        "seconds": place.seconds,
        "absent": str(place.absent),
        "outside": str(place.outside),
        "windows": [list(_pairs(spans, life)) for spans in windows],
        "entries": entries,
    }


def _pairs(spans: Iterable[Span], life: Life) -> Iterator[list[int]]:
    for span in spans:
        common = span.common(life.span)
        if common is not None:
            yield [_unix(common.start), _unix(common.end)]


def _unix(moment: datetime) -> int:
    return int(moment.timestamp())


def _json(facts: dict[str, Any]) -> bytes:
    return json.dumps(facts, separators=(",", ":")).encode()


def _keyed(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, hashlib.sha256)
