"""The planning as facts: what is booked, closed and down, unit by unit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from booking.api import shapes
from booking.api.wishes import resources_of, span_of
from booking.queries.week import week
from booking.refusals import Refused
from lab.asked import Moment, Text
from lab.auth import asking
from lab.calendar import day_span
from lab.lab_time import iso, lab_zone
from lab.models import Resource, Zone
from lab.paging import address
from lab.problems import Problem
from lab.spans import Span

router = Router(tags=["bookings"])
USUAL, LONGEST = timedelta(days=7), timedelta(days=31)


class Part(Schema):
    """Which part of the planning; without `from` from today on, without `to` for a week."""

    from_: Moment | None = Field(None, alias="from")
    to: Moment | None = None
    zone: Text | None = None
    resource: Text | None = None


@router.get("planning", summary="What is booked, closed or down, unit by unit")
def planning(request: HttpRequest, part: Query[Part]) -> Any:
    """A page reaches over 31 days at most; `next` goes on from there."""
    start = part.from_ or day_span(timezone.localdate(), lab_zone()).start
    try:
        whole = span_of(start, part.to or start + USUAL)
    except Refused as refused:
        return shapes.refused(refused)
    window = Span(whole.start, min(whole.end, whole.start + LONGEST))
    rest = {"from": iso(window.end), "to": iso(whole.end)}
    rows = Resource.objects.filter(listed=True).order_by("zone__slug", "kind", "slug")
    if part.zone:
        if not Zone.objects.filter(slug=part.zone).exists():
            raise Problem(422, "unknown_zone", _("There is no such zone"), part.zone)
        rows = rows.filter(zone__slug=part.zone)
    if part.resource:
        resources_of([part.resource])
        rows = rows.filter(slug=part.resource)
    reader, moments, shut = asking(request).pk, _Moments(), _Shut()
    items = [
        {
            "resource": row.resource.slug,
            "unit": unit.number,
            "closed": shut.of(row.closed),
            "outages": [shapes.span(span) for span in row.down],
            "bookings": [
                {
                    "id": booked.booking,
                    "starts_at": moments[booked.start],
                    "ends_at": moments[booked.end],
                    "state": booked.state,
                    "mine": booked.member == reader,
                }
                for booked in unit.booked
            ],
        }
        for row in week(rows, window)
        for unit in row.units
    ]
    asked = shapes.span(window)
    told = {"from": asked["starts_at"], "to": asked["ends_at"]}
    return HttpResponse(
        msgspec.json.encode(
            {**told, "items": items, "next": address(request, **rest) if window.end < whole.end else None}
        ),
        content_type="application/json",
    )


class _Shut:
    """Closed time as JSON; neighbours share theirs, so it is written once for all of them."""

    def __init__(self) -> None:
        self._known: dict[int, msgspec.Raw] = {}

    def of(self, spans: list[Span]) -> msgspec.Raw:
        if id(spans) not in self._known:
            self._known[id(spans)] = msgspec.Raw(msgspec.json.encode([shapes.span(one) for one in spans]))
        return self._known[id(spans)]


class _Moments(dict[int, str]):
    """Unix seconds in the lab's words; bookings begin at few different times."""

    def __missing__(self, seconds: int) -> str:
        self[seconds] = told = str(iso(datetime.fromtimestamp(seconds, UTC)))
        return told
