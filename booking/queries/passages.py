"""The newest passages, of which a reader that floods takes only its part."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet

from booking.models import AccessEvent
from booking.queries.people import passages

HOUR = timedelta(hours=1)
MOST_LOOKS = 10

Kind = tuple[int, int | None, str]  # reader, member, reason


@dataclass(frozen=True, slots=True)
class Newest:
    """A passage, and how many like it of the hour before it were left out."""

    event: AccessEvent
    more: int = 0


def newest(most: int, *, alike: int) -> list[Newest]:
    """The newest passages, at most so many that are alike: others are found again below a flood."""
    cut: dict[Kind, AccessEvent] = {}
    for _ in range(MOST_LOOKS):
        shown = list(_without(cut)[:most])
        flooding = {kind: rows[alike - 1] for kind, rows in _kinds(shown).items() if len(rows) > alike}
        if not flooding:
            break
        cut |= flooding
    last = {event.pk: kind for kind, event in cut.items()}
    return [Newest(event, _more(last[event.pk], event) if event.pk in last else 0) for event in shown]


def _without(cut: dict[Kind, AccessEvent]) -> QuerySet[AccessEvent]:
    rows = passages()
    for kind, event in cut.items():
        rows = rows.exclude(_before(kind, event))
    return rows


def _kinds(events: list[AccessEvent]) -> dict[Kind, list[AccessEvent]]:
    found: dict[Kind, list[AccessEvent]] = defaultdict(list)
    for event in events:
        found[event.device_id, event.member_id, event.reason].append(event)
    return found


def _more(kind: Kind, event: AccessEvent) -> int:
    rows = AccessEvent.objects.filter(_before(kind, event), decided_at__gt=event.decided_at - HOUR)
    return rows.count()


def _before(kind: Kind, event: AccessEvent) -> Q:
    """Those of its kind that stand below it."""
    device, member, reason = kind
    below = Q(decided_at__lt=event.decided_at) | Q(decided_at=event.decided_at, pk__lt=event.pk)
    who = Q(member=None) if member is None else Q(member=member)
    return below & who & Q(device=device, reason=reason)
