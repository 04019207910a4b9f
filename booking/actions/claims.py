"""Blocking units: worked out from facts, kept by the constraint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import IntegrityError, connection

from booking.models import Booking, Claim
from booking.rules.units import Assignment
from booking.rules.wishes import WishFacts, claimed
from lab.models import Unit
from lab.spans import Span

TAKEN = "claim_unit_taken"  # the constraint's name: what every database says when it refuses an overlap
MOST_TRIES = 100  # each lost try means that somebody else got a unit, so the end comes long before


class LostRace(Exception):
    """Somebody else claimed one of the units since the facts were read; nothing was written."""


def claims_for(
    booking: Booking, span: Span, facts: WishFacts, given: Mapping[str, Assignment], *, standing: bool = True
) -> list[Claim]:
    """Claims of a booking on the units that it was given, not yet written."""
    asked = {resource.slug for resource in facts.resources}
    return [
        Claim(
            booking=booking,
            unit_id=unit,
            blocked_from=blocked.start,
            blocked_until=blocked.end,
            standing=standing,
            linked=slug not in asked,
        )
        for slug, _units, _wanted, blocked in claimed(span, facts)
        for unit in given[slug].units
    ]


def write(claims: Sequence[Claim], *, moves: Iterable[tuple[int, int]] = ()) -> None:
    """Block the chosen units, all or nothing, inside a transaction of the caller's.

    `moves` gives standing claims (their keys) of coming bookings another unit of the same resource.

    Raises:
        LostRace: when the database knows better than the facts did; that transaction has to end with it.
    """
    moved = _moved(dict(moves))
    ordered = sorted([*claims, *moved], key=lambda claim: claim.unit_id)
    _queue_up(ordered)
    try:
        Claim.objects.bulk_create(ordered)
    except IntegrityError as error:
        if TAKEN not in str(error):
            raise
        raise LostRace from error


def _moved(moves: Mapping[int, int]) -> list[Claim]:
    """The claims that take the place of those that change units; the old ones stay as history."""
    if not moves:
        return []
    old = list(Claim.objects.select_for_update().filter(pk__in=moves, standing=True))
    if len(old) < len(moves):
        raise LostRace
    Claim.objects.filter(pk__in=moves).update(standing=False, superseded=True)
    return [
        Claim(
            booking_id=claim.booking_id,
            unit_id=moves[claim.pk],
            blocked_from=claim.blocked_from,
            blocked_until=claim.blocked_until,
            linked=claim.linked,
        )
        for claim in old
    ]


def _queue_up(claims: Sequence[Claim]) -> None:
    # Two writers whose rows exclude each other wait for each other, until PostgreSQL ends one of them a
    # second later as a deadlock. Writers of a unit come one by one, in unit order; who wins is still the
    # constraint's word. SQLite has one writer at a time anyway.
    if connection.features.has_select_for_update:
        units = Unit.everything.filter(pk__in=[claim.unit_id for claim in claims])
        list(units.order_by("pk").select_for_update(no_key=True).values_list("pk"))
