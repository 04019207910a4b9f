"""Passages as lines of a log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from booking.models import AccessEvent
from booking.phrases import reader_text
from booking.rules.taps import Reason


@dataclass(frozen=True, slots=True)
class Passage:
    """Who (or nobody known), where, and the reason in words."""

    event: AccessEvent
    who: str
    where: str
    words: str


def said(events: Iterable[AccessEvent]) -> list[Passage]:
    return [_said(event) for event in events]


def _said(event: AccessEvent) -> Passage:
    place = event.door or event.resource or event.zone
    known = event.reason in Reason.__members__.values()
    return Passage(
        event,
        who=event.member.display_name if event.member else "",
        where=place.label if place else str(event.device),
        words=reader_text(Reason(event.reason)) if known else event.reason,
    )
