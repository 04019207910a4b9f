"""What holds which unit when: the one way in which standing claims are read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet

from booking.models import Claim
from booking.rules.units import Held, UnitFacts, component
from lab.spans import Span

# Standing claims of a unit never overlap, so of those that begin before the window only the last can reach
# into it. Beginning the scan there keeps it as short among a million bookings as among a hundred.
SQL = """
SELECT c.unit_id, c.blocked_from, c.blocked_until, c.id, c.booking_id
FROM lab_unit u JOIN booking_claim c ON c.unit_id = u.id AND c.standing
WHERE u.id IN ({units}) AND c.blocked_from < %s AND c.blocked_until > %s AND c.blocked_from >= COALESCE(
  (SELECT p.blocked_from FROM booking_claim p WHERE p.unit_id = u.id AND p.standing AND p.blocked_from <= %s
   ORDER BY p.blocked_from DESC LIMIT 1), %s)
ORDER BY c.unit_id, c.blocked_from
"""
MOST_ASKED = 500  # units a statement
MOST_WIDENED = 8


class HeldRow(NamedTuple):
    """One standing claim."""

    unit: int
    span: Span
    claim: int
    booking: int


def held_rows(units: Collection[int], window: Span) -> list[HeldRow]:
    """Standing claims of these units that touch the window, by unit and time."""
    wanted, rows = list(units), []
    adapt = connection.ops.adapt_datetimefield_value
    start, end = adapt(window.start), adapt(window.end)
    with connection.cursor() as cursor:
        for at in range(0, len(wanted), MOST_ASKED):
            part = wanted[at : at + MOST_ASKED]
            sql = SQL.format(units=", ".join(["%s"] * len(part)))
            cursor.execute(sql, [*part, end, start, start, start])
            rows += cursor.fetchall()
    return [
        HeldRow(unit, Span(_moment(a), _moment(b)), claim, booking) for unit, a, b, claim, booking in rows
    ]


def standing_claims(units: Collection[int], window: Span) -> QuerySet[Claim]:
    """The same as rows of the model, by time."""
    found = [row.claim for row in held_rows(units, window)]
    return Claim.objects.filter(pk__in=found).order_by("blocked_from")


def unit_facts(units: Collection[int], window: Span, *, besides: int | None = None) -> dict[int, UnitFacts]:
    """The units with what holds them in the window; `besides` is a booking whose claims don't count."""
    held: dict[int, list[Held]] = {unit: [] for unit in units}
    for row in held_rows(units, window):
        if row.booking != besides:
            held[row.unit].append(Held(row.span, row.claim, row.booking))
    return {unit: UnitFacts(unit, tuple(found)) for unit, found in held.items()}


def widened(
    units: Collection[int], window: Span, blocked: Span, *, besides: int | None = None
) -> tuple[UnitFacts, ...]:
    """The same, as far around `blocked` as claims lean on each other: what a re-arrangement has to know."""
    for _ in range(MOST_WIDENED):
        facts = tuple(unit_facts(units, window, besides=besides).values())
        around = component(facts, blocked)
        if window.covers(around) and _loose(facts, around, window):
            break
        window = Span(min(window.start, around.start), max(window.end, around.end))
        window = window.grown(before=window.length / 2, after=window.length / 2)
    return facts


def _loose(facts: Iterable[UnitFacts], around: Span, window: Span) -> bool:
    """Whether the stretch ends within the window, so that nothing beyond can lean on it."""
    return window.start < around.start and around.end < window.end


def _moment(told: datetime) -> datetime:
    return told if told.tzinfo else told.replace(tzinfo=UTC)  # SQLite tells UTC and doesn't say so
