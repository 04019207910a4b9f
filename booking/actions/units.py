"""Units of a resource come into service and leave it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from booking.models import Claim
from lab.actions.changes import facts_of, note_change
from lab.models import Member, Resource, Unit


class StillClaimed(Exception):
    """Something that is still to come, or runs now, holds the unit."""


class LastUnit(Exception):
    """Without it nothing would be left to book."""


@transaction.atomic
def add_unit(*, resource: Resource, by: Member) -> Unit:
    """One more: the lowest number that is not in service, the same one again when it was retired."""
    before = facts_of(resource)
    rows = {unit.number: unit for unit in _locked(resource)}
    number = next(n for n in range(1, len(rows) + 2) if n not in rows or rows[n].retired)
    unit = rows.get(number) or Unit(resource=resource, number=number)
    unit.retired = False
    unit.save()
    note_change(row=resource, before=before, by=by)
    return unit


@transaction.atomic
def retire_unit(*, resource: Resource, number: int, by: Member, now: datetime) -> Unit:
    """Take one out of service; its history stays.

    Raises:
        StillClaimed: when a claim on it is not over yet.
        LastUnit: when no other one is in service.
        Unit.DoesNotExist: when there is none of that number in service.
    """
    before = facts_of(resource)
    rows = [unit for unit in _locked(resource) if not unit.retired]
    unit = next((row for row in rows if row.number == number), None)
    if unit is None:
        raise Unit.DoesNotExist
    if Claim.objects.filter(unit=unit, standing=True, blocked_until__gt=now).exists():
        raise StillClaimed
    if len(rows) == 1:
        raise LastUnit
    unit.retired = True
    unit.save()
    note_change(row=resource, before=before, by=by)
    return unit


def _locked(resource: Resource) -> list[Unit]:
    """Every unit, also retired ones; whoever claims one now waits, and so do we for whoever does."""
    rows = Unit.everything.filter(resource=resource).select_for_update().order_by("pk")
    return list(rows)
