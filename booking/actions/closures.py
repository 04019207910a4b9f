"""Closures out of a calendar: what is new in it, what changed, what is no longer there; and making it so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from booking.calendars.reading import Found, base_uid
from lab.actions import changes
from lab.models import Closure, Member, Zone


@dataclass(slots=True)
class Difference:
    """What an import would do; `gone` are of earlier imports, and this file doesn't know their events."""

    added: list[Found] = field(default_factory=list)
    changed: list[tuple[Closure, Found]] = field(default_factory=list)
    removed: list[Closure] = field(default_factory=list)
    gone: list[Closure] = field(default_factory=list)
    same: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed)


def difference(found: Iterable[Found], known: set[str], *, zone: Zone | None, now: datetime) -> Difference:
    """Between the file and what was imported for this zone before; closures that are over are left alone."""
    rows = Closure.objects.filter(zone=zone, ends_at__gt=now).exclude(uid="").order_by("starts_at", "pk")
    here, told = {row.uid: row for row in rows}, Difference()
    for one in found:
        row = here.pop(one.uid, None)
        if row is None:
            told.added.append(one)
        elif (row.starts_at, row.ends_at, row.reason) != (one.span.start, one.span.end, one.reason):
            told.changed.append((row, one))
        else:
            told.same += 1
    for row in here.values():
        (told.removed if base_uid(row.uid) in known else told.gone).append(row)
    return told


@transaction.atomic
def import_closures(
    found: Iterable[Found], known: set[str], *, zone: Zone | None, by: Member, now: datetime, also_gone: bool
) -> Difference:
    """Make the zone's imported closures those of the file, each with its line in the log; what was done."""
    told = difference(found, known, zone=zone, now=now)
    for one in told.added:
        row = Closure(zone=zone, uid=one.uid)
        _write(row, one)
        changes.note_added(row=row, by=by)
    for row, one in told.changed:
        before = changes.facts_of(row)
        _write(row, one)
        changes.note_change(row=row, before=before, by=by)
    for row in [*told.removed, *(told.gone if also_gone else ())]:
        changes.remove(row=row, by=by)
    return told


def _write(row: Closure, one: Found) -> None:
    row.starts_at, row.ends_at, row.reason = one.span.start, one.span.end, one.reason
    row.save()
