"""Passages as lines of a log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.models import AccessEvent, UsageSession
from booking.phrases import reader_text
from booking.queries.passages import Newest
from booking.rules.taps import Reason
from lab.models import Member

RECENT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Passage:
    """Who (or nobody known), where, and the reason in words; `more` like it were left out."""

    event: AccessEvent
    who: str
    where: str
    words: str
    more: int = 0

    @property
    def place(self) -> str:
        """As the page asks that says why; empty where nothing can be said."""
        if self.event.door is not None:
            return f"door:{self.event.door.slug}"
        return f"resource:{self.event.resource.slug}" if self.event.resource else ""


def last_refused(member: Member, *, now: datetime) -> Passage | None:
    """The member's newest passage, if it was refused, is not long ago, and nothing began for them since."""
    rows = AccessEvent.objects.filter(member=member, decided_at__gt=now - RECENT)
    last = rows.select_related("door", "resource", "zone", "device", "member").first()
    if last is None or last.granted or _began(last):
        return None
    return _said(last)


def _began(refused: AccessEvent) -> bool:
    """Did an instructor's badge stand for theirs?"""
    since = UsageSession.objects.filter(started_at__gte=refused.decided_at, member=refused.member_id)
    return refused.resource_id is not None and since.filter(resource=refused.resource_id).exists()


def said(rows: Iterable[Newest]) -> list[Passage]:
    return [_said(row.event, row.more) for row in rows]


def _said(event: AccessEvent, more: int = 0) -> Passage:
    place = event.door or event.resource or event.zone
    known = event.reason in Reason.__members__.values()
    return Passage(
        event,
        who=event.member.display_name if event.member else "",
        where=place.label if place else str(event.device),
        words=reader_text(Reason(event.reason)) if known else event.reason,
        more=more,
    )
