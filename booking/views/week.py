"""The planning of a week: an overview of every resource, each day a picture that leads to the day itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.queries.week import ResourceWeek
from booking.queries.week import week as read_week
from lab import times
from lab.auth import asking
from lab.calendar import day_span
from lab.lab_time import lab_zone
from lab.models import Resource, Zone
from lab.spans import Span

DAYS = 7
STEP = 300  # seconds that one unit of the pictures' width stands for
HEIGHT, INSET = 24, 3
FIRST_HOUR, LAST_HOUR = 7, 22  # what the pictures show


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A resource's line: its days as pictures."""

    resource: Resource
    days: list[SafeString]


class Day(NamedTuple):
    """What the pictures show of a day, in Unix seconds; its name and where it leads."""

    start: int
    end: int
    words: str
    address: str


@login_required
def week(request: HttpRequest) -> HttpResponse:
    """Context: `groups` [(zone, rows)], `days` dates, `first`, `previous`, `next`, `zones`, `zone`."""
    now, reader = timezone.now(), asking(request)
    first = _monday(request.GET.get("day", ""), timezone.localdate(now))
    days = [first + timedelta(days=n) for n in range(DAYS)]
    zones = list(Zone.objects.order_by("slug"))
    zone = next((row for row in zones if row.slug == request.GET.get("zone")), None)
    resources = Resource.objects.filter(listed=True, **({"zone": zone} if zone else {}))
    ordered = resources.select_related("zone").order_by("zone__slug", "kind", "slug")
    window = Span(day_span(days[0], lab_zone()).start, day_span(days[-1], lab_zone()).end)
    shown = [_day(day, address=reverse("planning")) for day in days]
    rows = [
        WeekRow(row.resource, list(_pictures(row, shown, reader.pk))) for row in read_week(ordered, window)
    ]
    context = {
        "groups": [(z, list(group)) for z, group in groupby(rows, key=lambda row: row.resource.zone)],
        "days": days,
        "today": timezone.localdate(now),
        "first": first,
        "previous": first - timedelta(days=DAYS),
        "next": first + timedelta(days=DAYS),
        "zones": zones,
        "zone": zone,
    }
    return render(request, "booking/week.html", context)


def _monday(text: str, today: date) -> date:
    try:
        asked = parse_date(text) or today
    except ValueError:
        asked = today
    day = asked if date(2000, 1, 1) <= asked <= date(2199, 1, 1) else today
    return day - timedelta(days=day.weekday())


def _day(day: date, *, address: str) -> Day:
    zone = lab_zone()
    start = datetime(day.year, day.month, day.day, FIRST_HOUR, tzinfo=zone)
    end = datetime(day.year, day.month, day.day, LAST_HOUR, tzinfo=zone)
    return Day(
        int(start.timestamp()), int(end.timestamp()), times.day(day), f"{address}?day={day.isoformat()}"
    )


def _pictures(row: ResourceWeek, days: list[Day], reader: int) -> Iterator[SafeString]:
    """One cell a day: a link with what it says, and the picture that only eyes need."""
    lane = (HEIGHT - 2 * INSET) / max(len(row.units), 1)
    closed, down = _seconds(row.closed), _seconds(row.down)
    label = escape(row.resource.label)
    for day in days:
        bars = [*_parts(closed, day, "closed"), *_parts(down, day, "outage")]
        for nth, unit in enumerate(row.units):
            place = f'y="{INSET + nth * lane:g}" height="{lane:g}"'
            for booked in unit.booked:
                if booked.start < day.end and booked.end > day.start:
                    look = "mine" if booked.member == reader else "taken"
                    bars.append(_bar(look, booked.start, booked.end, day, place))
        width = (day.end - day.start) // STEP
        yield SafeString(
            f'<a href="{day.address}#{row.resource.slug}"'
            f' aria-label="{label}, {day.words}{_(": ")}{_words(row, [*closed, *down], day)}">'
            f'<svg viewBox="0 0 {width} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true">'
            f"{''.join(bars)}</svg></a>"
        )


def _bar(look: str, start: int, end: int, day: Day, place: str) -> str:
    """A rectangle from when to when, in steps of the day, cut at its ends."""
    first, last = max(start, day.start), min(end, day.end)
    x, width = (first - day.start) // STEP, max((last - first) // STEP, 1)
    return f'<rect class="{look}" x="{x}" width="{width}" {place}/>'


def _parts(spans: list[tuple[int, int]], day: Day, look: str) -> Iterator[str]:
    place = f'y="0" height="{HEIGHT}"'
    return (_bar(look, start, end, day, place) for start, end in spans if start < day.end and end > day.start)


def _seconds(spans: Iterable[Span]) -> list[tuple[int, int]]:
    return [(int(span.start.timestamp()), int(span.end.timestamp())) for span in spans]


def _words(row: ResourceWeek, shut: list[tuple[int, int]], day: Day) -> str:
    """The day in words: how many bookings, how long some unit is still free."""
    free: list[tuple[int, int]] = []
    count = 0
    for unit in row.units:
        taken = [(one.start, one.end) for one in unit.booked if one.start < day.end and one.end > day.start]
        count += len(taken)
        free += _gaps(day.start, day.end, sorted([*shut, *taken]))
    left = (day.end - day.start) - sum(b - a for a, b in _gaps(day.start, day.end, sorted(free)))
    booked = ngettext("{count} booking", "{count} bookings", count).format(count=count)
    length = times.duration(timedelta(seconds=left))
    return f"{booked}, " + (_("{length} free").format(length=length) if left else _("nothing free"))


def _gaps(start: int, end: int, holes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What the holes, in order, leave of a stretch."""
    left = []
    for first, last in holes:
        if first > start and start < end:
            left.append((start, min(first, end)))
        start = max(start, last)
    if start < end:
        left.append((start, end))
    return left
