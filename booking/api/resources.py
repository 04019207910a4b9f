"""Resources, their state now, and when they are free."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from booking import live
from booking.api import shapes
from booking.api.answers import OffersAnswer, SpansAnswer
from booking.api.wishes import kind_of, span_of
from booking.house import rules_of
from booking.queries import availability
from booking.queries.finding import find_times
from booking.refusals import Refused
from booking.rules.house import HouseRules
from lab.asked import Moment, Text
from lab.auth import asking
from lab.lab_time import iso
from lab.models import Resource
from lab.paging import address, whole
from lab.spans import Span

router = Router(tags=["resources"])
USUAL, LONGEST, AROUND = timedelta(days=7), timedelta(days=62), timedelta(days=7)
USUAL_MINUTES, MOST_FOUND = 60, 50


class Window(Schema):
    """Where to look for free time; without `from` from now on, without `to` for a week."""

    from_: Moment | None = Field(None, alias="from")
    to: Moment | None = None
    minutes: int = Field(0, ge=0, le=31 * 24 * 60)


class Search(Window):
    """The same across resources of a kind; `around` looks for bookable times near a moment."""

    kind: Text | None = None
    around: Moment | None = None


@router.get("resources", summary="What can be booked")
def resources(request: HttpRequest) -> dict[str, Any]:
    return whole(_shapes(list(_rows().filter(listed=True))))


@router.get("resources/{slug}", summary="One resource")
def resource(request: HttpRequest, slug: str) -> dict[str, Any]:
    return _shapes([get_object_or_404(_rows(), slug=slug)])[0]


@router.get("resources/{slug}/availability", summary="When is it free?", response=SpansAnswer)
def free(request: HttpRequest, slug: str, window: Query[Window]) -> Any:
    """Spans from now on in which one unit is free all along, so that one can be booked as it stands.

    Where the units of a resource are free at different times the spans overlap; none lies within another.
    A page reaches over 62 days at most; `next` goes on from there.
    """
    found = get_object_or_404(_rows(), slug=slug)
    try:
        span = _asked(window)
    except Refused as refused:
        return shapes.refused(refused)
    if span is None:
        return whole([])
    spans, going_on = availability.free_page(found, span, most=LONGEST, minutes=window.minutes)
    rest = {"from": iso(going_on), "to": iso(span.end)}
    return {
        "items": [shapes.span(part) for part in spans],
        "next": address(request, **rest) if going_on else None,
    }


@router.get("availability", summary="What is free next?", response=OffersAnswer)
def next_free(request: HttpRequest, window: Query[Search]) -> Any:
    """The first free span of each resource within 62 days, the earliest first, none before now.

    With `around` spans of exactly `minutes` that one may really book, the nearest to that time first.
    """
    rows = _rows().filter(listed=True)
    if window.kind:
        rows = rows.filter(kind=kind_of(window.kind))
    try:
        if window.around is not None:
            return whole(_around(request, list(rows), window, window.around))
        span = _asked(window)
    except Refused as refused:
        return shapes.refused(refused)
    if span is None:
        return whole([])
    near = Span(span.start, min(span.end, span.start + LONGEST))
    found = availability.next_free(rows, near, minutes=window.minutes)
    return whole({"resource": resource.slug, **shapes.span(free)} for resource, free in found)


def _around(request: HttpRequest, rows: list[Resource], asked: Search, around: datetime) -> Any:
    now = timezone.now()
    start = max(asked.from_ or around - AROUND, now)
    end = asked.to or max(around, start) + AROUND
    found = find_times(
        member=asking(request),
        resources=rows,
        minutes=asked.minutes or USUAL_MINUTES,
        windows=[span_of(start, min(end, start + LONGEST))],
        around=around,
        now=now,
        most=MOST_FOUND,
    )
    return ({"resource": offer.resources[0].slug, **shapes.span(offer.span)} for offer in found.offers)


def _rows() -> Any:
    return Resource.objects.select_related("zone", "certification")


def _asked(window: Window) -> Span | None:
    """What is still to come of the window; None when it is over.

    Raises:
        Refused: `bad_span`.
    """
    now = timezone.now()
    start = window.from_ or now
    asked = span_of(start, window.to or start + USUAL)
    return Span(max(asked.start, now), asked.end) if asked.end > now else None


def _shapes(rows: list[Resource]) -> list[dict[str, Any]]:
    snapshots = live.resource_snapshots(rows, now=timezone.now())
    rules = rules_of(rows)
    return [_shape(row, rules[row.pk], shown) for row, shown in zip(rows, snapshots, strict=True)]


def _shape(row: Resource, rules: HouseRules, shown: dict[str, Any]) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "name": row.label,
        "kind": row.kind,
        "zone": row.zone.slug,
        "state": shown["state"],
        "until": iso(_at(shown["until"])),
        "next_booking": iso(_at(shown["next"])),
        "units": shown["units"],
        "units_free": shown["units_free"],
        "certification": row.certification.slug if row.certification else None,
        "rules": {
            **asdict(rules),
            "always_open": row.always_open or row.zone.always_open,
        },
    }


def _at(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, timezone.get_default_timezone()) if seconds else None
