"""What holds which unit when: the one way in which standing claims are read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from booking.models import Claim
from booking.rules.units import Held, UnitFacts, component
from lab.spans import Span, merged

# Standing claims of a unit never overlap, so of those that begin before the window only the last can reach
# into it. Beginning the scan there keeps it as short among a million bookings as among a hundred.
STANDING = """
SELECT {columns} FROM lab_unit u JOIN booking_claim c ON c.unit_id = u.id AND c.standing {joined}
WHERE u.id IN ({units}) AND c.blocked_from < %s AND c.blocked_until > %s AND c.blocked_from >= COALESCE(
  (SELECT p.blocked_from FROM booking_claim p WHERE p.unit_id = u.id AND p.standing AND p.blocked_from <= %s
   ORDER BY p.blocked_from DESC LIMIT 1), %s)
ORDER BY c.unit_id, c.blocked_from
"""
# PostgreSQL takes the two bounds for a third of the table and reads all of it; unit by unit it can't.
BY_UNIT = """
SELECT {told} FROM unnest(ARRAY[{units}]::bigint[]) AS u (id)
LEFT JOIN LATERAL (SELECT p.blocked_from FROM booking_claim p WHERE p.unit_id = u.id AND p.standing
  AND p.blocked_from <= %s ORDER BY p.blocked_from DESC LIMIT 1) f ON true
CROSS JOIN LATERAL (SELECT {columns}, c.blocked_from AS begins FROM booking_claim c {joined}
  WHERE c.unit_id = u.id AND c.standing AND c.blocked_from >= COALESCE(f.blocked_from, %s)
  AND c.blocked_from < %s AND c.blocked_until > %s OFFSET 0) c
ORDER BY c.unit_id, c.begins
"""
CLAIMS = "c.unit_id, c.blocked_from, c.blocked_until, c.id, c.booking_id"
BOOKINGS = "c.unit_id, b.id AS booking, {start} AS since, {end} AS until, b.state, b.member_id"
TOLD = "c.unit_id, c.booking, c.since, c.until, c.state, c.member_id"
SECONDS = {
    "sqlite": "CAST(strftime('%%s', {}) AS INTEGER)",
    "postgresql": "CAST(EXTRACT(EPOCH FROM {}) AS BIGINT)",
}
# The same for many windows at once, one after another.
NEAR = """
WITH w (since, until) AS (VALUES {windows})
SELECT DISTINCT c.unit_id, c.blocked_from, c.blocked_until, c.id, c.booking_id
FROM w CROSS JOIN lab_unit u JOIN booking_claim c ON c.unit_id = u.id AND c.standing
WHERE u.id IN ({units}) AND c.blocked_from < w.until AND c.blocked_until > w.since
  AND c.blocked_from >= COALESCE(
  (SELECT p.blocked_from FROM booking_claim p WHERE p.unit_id = u.id AND p.standing
   AND p.blocked_from <= w.since ORDER BY p.blocked_from DESC LIMIT 1), w.since)
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
    found = _rows(units, window, CLAIMS, CLAIMS)
    return [
        HeldRow(unit, Span(_moment(a), _moment(b)), claim, booking) for unit, a, b, claim, booking in found
    ]


def booked_rows(units: Collection[int], window: Span) -> list[tuple[int, int, int, int, str, int]]:
    """The same as unit, booking, its start and end in Unix seconds, its state, its member: cheap."""
    seconds = SECONDS[connection.vendor]
    columns = BOOKINGS.format(start=seconds.format("b.starts_at"), end=seconds.format("b.ends_at"))
    return _rows(units, window, columns, TOLD, "JOIN booking_booking b ON b.id = c.booking_id")


def _rows(units: Collection[int], window: Span, columns: str, told: str, joined: str = "") -> list[Any]:
    wanted, rows = list(units), []
    adapt = connection.ops.adapt_datetimefield_value
    start, end = adapt(window.start), adapt(window.end)
    with connection.cursor() as cursor:
        for at in range(0, len(wanted), MOST_ASKED):
            part = wanted[at : at + MOST_ASKED]
            marks = ", ".join(["%s"] * len(part))
            if connection.vendor == "postgresql":
                sql = BY_UNIT.format(told=told, columns=columns, joined=joined, units=marks)
                cursor.execute(sql, [*part, start, start, end, start])
            else:
                sql = STANDING.format(columns=columns, joined=joined, units=marks)
                cursor.execute(sql, [*part, end, start, start, start])
            rows += cursor.fetchall()
    return rows


def standing_claims(units: Collection[int], window: Span) -> QuerySet[Claim]:
    """The same as rows of the model, by time."""
    found = [row.claim for row in held_rows(units, window)]
    return Claim.objects.filter(pk__in=found).order_by("blocked_from")


def unit_facts(units: Collection[int], *windows: Span, besides: Collection[int] = ()) -> dict[int, UnitFacts]:
    """The units with what holds them in the windows; `besides` are bookings whose claims don't count."""
    held: dict[int, list[Held]] = {unit: [] for unit in units}
    for row in held_rows(units, windows[0]) if len(windows) == 1 else _held_near(units, windows):
        if row.booking not in besides:
            held[row.unit].append(Held(row.span, row.claim, row.booking))
    return {unit: UnitFacts(unit, tuple(found)) for unit, found in held.items()}


def widened(
    units: Collection[int], window: Span, blocked: Span, *, besides: Collection[int] = ()
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


def _held_near(units: Collection[int], windows: Collection[Span]) -> list[HeldRow]:
    """Standing claims of a few units that touch any of many windows, by unit and time."""
    adapt = connection.ops.adapt_datetimefield_value
    ends = [adapt(moment) for part in merged(windows) for moment in (part.start, part.end)]
    marks, pairs = ", ".join(["%s"] * len(units)), ", ".join(["(%s, %s)"] * (len(ends) // 2))
    with connection.cursor() as cursor:
        cursor.execute(NEAR.format(units=marks, windows=pairs), [*ends, *units])
        rows = cursor.fetchall()
    return [
        HeldRow(unit, Span(_moment(a), _moment(b)), claim, booking) for unit, a, b, claim, booking in rows
    ]


def _loose(facts: Iterable[UnitFacts], around: Span, window: Span) -> bool:
    """Whether the stretch ends within the window, so that nothing beyond can lean on it."""
    return window.start < around.start and around.end < window.end


def _moment(told: datetime) -> datetime:
    return told if told.tzinfo else told.replace(tzinfo=UTC)  # SQLite tells UTC and doesn't say so
