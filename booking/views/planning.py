"""The planning of a day: lanes on a wide screen, a list on a phone, from the same facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from booking.house import rules_of
from booking.queries.planning import SLOT, Bar, Day, Row, asked, day
from booking.rules.free import USUAL_GRID
from booking.rules.house import HouseRules
from booking.views.bars import Drawn, drawn, free_parts
from lab.auth import asking
from lab.models import Member, Resource, Zone
from lab.spans import Span

HOUR = 12  # slots
USUAL = (8 * HOUR, 20 * HOUR)
USUAL_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Lane:
    """A resource's day on the page: bars of all its units, what is free as text, the numbers for the keys."""

    resource: Resource
    bars: list[Drawn]
    free: list[Span]
    units: int
    grid: int
    least: int
    usual: int
    most: int


@login_required
def planning(request: HttpRequest) -> HttpResponse:
    """Context: `day`, `groups` [(zone, lanes)], `hours` [(slot, moment)], `first`/`shown` slots, `zones`."""
    now = timezone.now()
    on = _date(request.GET.get("day", "")) or timezone.localdate(now)
    zones = list(Zone.objects.order_by("slug"))
    zone = next((row for row in zones if row.slug == request.GET.get("zone")), None)
    wanted = Resource.objects.filter(listed=True)
    if zone:
        wanted = wanted.filter(zone=zone)
    shown_day = day(on, wanted)
    whole = request.GET.get("hours") == "all"
    first, last = (0, _slots(shown_day.span)) if whole else _window(shown_day)
    reader = asking(request)
    shown_resources = {row.resource.pk: row.resource for row in shown_day.rows}.values()
    rules, requests = rules_of(shown_resources), asked(reader, shown_resources, shown_day.span)
    lanes = [
        _lane(list(unit_rows), rules, requests, shown_day.span, reader, now)
        for _, unit_rows in groupby(shown_day.rows, key=_resource)
    ]
    context = {
        "now": now,
        "today": timezone.localdate(now),
        "day": shown_day,
        "groups": [(z, list(group)) for z, group in groupby(lanes, key=lambda lane: lane.resource.zone)],
        "hours": [(slot, shown_day.span.start + slot * SLOT) for slot in range(first, last, HOUR)],
        "first": first,
        "shown": last - first,
        "now_slot": _now_slot(shown_day.span, now),
        "zones": zones,
        "zone": zone,
        "whole": whole,
    }
    return render(request, "booking/planning.html", context)


def _date(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and date(2000, 1, 1) <= found <= date(2199, 1, 1) else None


def _slots(span: Span) -> int:
    return int(span.length / SLOT)


def _now_slot(span: Span, now: datetime) -> int | None:
    return int((now - span.start) / SLOT) if now in span else None


def _window(shown: Day) -> tuple[int, int]:
    """The hours worth showing: the usual ones, more where a zone with hours opens earlier or closes later."""
    first, last = USUAL
    for row in shown.rows:
        closed = [bar for bar in row.bars if bar.kind == "closed"]
        opens = next((bar.first + bar.length for bar in closed if bar.first == 0), None)
        closes = next((bar.first for bar in closed if bar.first + bar.length == _slots(shown.span)), None)
        if opens is not None and closes is not None and opens < closes:
            first, last = min(first, opens // HOUR * HOUR), max(last, -(-closes // HOUR) * HOUR)
    return first, min(last, _slots(shown.span))


def _resource(row: Row) -> Resource:
    return row.resource


def _lane(
    rows: list[Row],
    rules_by: dict[int, HouseRules],
    requests: dict[int, list[Bar]],
    span: Span,
    member: Member,
    now: datetime,
) -> Lane:
    resource = rows[0].resource
    rules = rules_by[resource.pk]
    return Lane(
        resource=resource,
        bars=[
            one
            for row in rows
            for one in _row_bars(row, requests.get(row.unit.pk, []), len(rows) > 1, member, now)
        ],
        free=free_parts(rows, day=span, least=rules.min_minutes, now=now),
        units=len(rows),
        grid=max((rules.grid_minutes or USUAL_GRID) // 5, 1),
        least=max(rules.min_minutes // 5, 1),
        usual=max(min(USUAL_MINUTES, rules.max_minutes or USUAL_MINUTES), rules.min_minutes) // 5,
        most=(rules.max_minutes or 24 * 60) // 5,
    )


def _row_bars(row: Row, requests: list[Bar], several: bool, member: Member, now: datetime) -> list[Drawn]:
    def shows(bar: Bar) -> bool:
        # What holds for the whole resource is drawn once, on the first unit's row.
        return bar.booking is not None or row.unit.number == 1

    unit = row.unit.number if several else None
    bars = [*row.bars, *requests]
    return [drawn(bar, unit if bar.booking else None, member, now) for bar in bars if shows(bar)]
