"""Blocking units: chosen by looking, kept by the constraint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db import IntegrityError, connection

from booking.models import Booking, Claim
from booking.queries.wishes import free_units, house_rules
from booking.refusals import Refused
from booking.rules.wishes import Code, Objection
from lab.models import Resource, Unit
from lab.spans import Span

TAKEN = "claim_unit_taken"  # the constraint's name: what every database says when it refuses an overlap
MOST_TRIES = 100  # each lost try means that somebody else got a unit, so the end comes long before


class LostRace(Exception):
    """Somebody else claimed one of the units since it was chosen; nothing was written."""


def choose(resources: Sequence[Resource], span: Span, *, besides: Booking | None = None) -> list[Claim]:
    """Claims on free units, lowest number first, not yet written; nothing is held by choosing.

    Raises:
        Refused: `taken`, when too few units are left.
    """
    found = []
    for resource, wanted in Counter(resources).items():
        blocked = house_rules(resource).blocked(span)
        units = list(free_units(resource, blocked, besides)[:wanted])
        if len(units) < wanted:
            raise Refused([Objection(Code.TAKEN, {"resource": resource.slug, "units_free": len(units)})])
        found += [Claim(unit=unit, blocked_from=blocked.start, blocked_until=blocked.end) for unit in units]
    return found


def write(claims: Sequence[Claim], *, booking: Booking) -> None:
    """Block the chosen units for the booking, all or nothing, inside a transaction of the caller's.

    Raises:
        LostRace: when the database knows better than the choice did; that transaction has to end with it.
    """
    ordered = sorted(claims, key=lambda claim: claim.unit_id)
    for claim in ordered:
        claim.booking = booking
    _queue_up(ordered)
    try:
        Claim.objects.bulk_create(ordered)
    except IntegrityError as error:
        if TAKEN not in str(error):
            raise
        raise LostRace from error


def _queue_up(claims: Sequence[Claim]) -> None:
    # Two writers whose rows exclude each other wait for each other, until PostgreSQL ends one of them a
    # second later as a deadlock. Writers of a unit come one by one, in unit order; who wins is still the
    # constraint's word. SQLite has one writer at a time anyway.
    if connection.features.has_select_for_update:
        units = Unit.objects.filter(pk__in=[claim.unit_id for claim in claims])
        list(units.order_by("pk").select_for_update(no_key=True).values_list("pk"))
