"""Why a space is closed at a time that its week would have it open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, timedelta

from django.utils.translation import get_language

from lab.calendar import day_span
from lab.holidays import holiday_name
from lab.lab_time import lab_zone
from lab.models import Closure, SpecialDay, Zone
from lab.spans import Span

Reasons = list[tuple[Span, str]]


def closures_in(span: Span) -> dict[int | None, Reasons]:
    """Reasons of the closures that touch the span, by zone; those of the whole lab under None."""
    found: dict[int | None, Reasons] = defaultdict(list)
    rows = Closure.objects.filter(starts_at__lt=span.end, ends_at__gt=span.start).exclude(reason="")
    for zone, starts_at, ends_at, reason in rows.values_list("zone_id", "starts_at", "ends_at", "reason"):
        found[zone].append((Span(starts_at, ends_at), reason))
    return found


def days_in(zones: Collection[Zone], span: Span) -> dict[int, Reasons]:
    """Holidays and special days within the span that have a name, by zone."""
    found: dict[int, Reasons] = defaultdict(list)
    days, by_key = list(_days(span)), {zone.pk: zone for zone in zones}
    rows = SpecialDay.objects.filter(zone__in=by_key, day__in=days)
    special = {(zone, day): reason for zone, day, reason in rows.values_list("zone_id", "day", "reason")}
    for zone in by_key.values():
        for day in days:
            kept = special.get((zone.pk, day))
            reason = holiday_name(zone.holidays, day, get_language() or "fr") if kept is None else kept
            if reason:
                found[zone.pk].append((day_span(day, lab_zone()), reason))
    return found


def _days(span: Span) -> Iterator[date]:
    day, zone = span.start.astimezone(lab_zone()).date(), lab_zone()
    while day_span(day, zone).start < span.end:
        yield day
        day += timedelta(days=1)
