"""Series over the API: a wish that repeats, and what may be done with all of it or what follows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from booking import repeat_words
from booking.actions.change import too_late
from booking.actions.series import Elsewhere, Resolve, book_series, cancel_series, move_series, preview
from booking.api import shapes
from booking.api.answers import WholeSeriesAnswer
from booking.api.once import once
from booking.api.wishes import (
    Change,
    Resolutions,
    Wish,
    for_whom,
    project_of,
    resources_of,
    set_aside,
    span_of,
)
from booking.house import house
from booking.models import Booking, Series
from booking.queries.series_rows import bookings_of, left_out, next_time
from booking.refusals import Refused
from lab.asked import Moment, Text
from lab.auth import asking
from lab.models import Member
from lab.spans import Span

router = Router(tags=["series"])


class From(Schema):
    """The occurrence from which on; without it all that is still to come."""

    from_: Moment | None = Field(None, alias="from")


class SeriesChange(Change):
    """What shall be different for the occurrence that is meant, or else the next; the others change alike.

    `resolve` names the start of an occurrence by the rule as it is, and "skip" leaves that one as it is.
    """

    resolve: Resolutions = {}


@router.get("series/{int:pk}", summary="A whole series", response=WholeSeriesAnswer, exclude_unset=True)
def one(request: HttpRequest, pk: int) -> dict[str, Any]:
    """For its member and for managers: every booking that it ever had, cancelled ones too."""
    return _whole(_own(request, pk), asking(request))


@router.patch("series/{int:pk}", summary="Change a series", response=WholeSeriesAnswer, exclude_unset=True)
def change(request: HttpRequest, pk: int, payload: SeriesChange, part: Query[From]) -> Any:
    """All of it or, `from` an occurrence, what follows: that part then gets a number of its own."""
    series, by, now = _own(request, pk), asking(request), timezone.now()
    override = set_aside(by, payload)
    resources = None if payload.resources is None else resources_of(payload.resources)
    project = project_of(series.member, payload.project)
    try:
        moved = move_series(
            series=series,
            by=by,
            now=now,
            since=part.from_,
            span=_span(series, payload, part.from_, now),
            resources=resources,
            purpose=payload.purpose,
            resolve=resolve_of(payload.resolve),
            override=override,
        )
    except Refused as refused:
        return shapes.refused(refused)
    if payload.project is not None:
        moved.bookings.update(project=project)
    return _whole(moved, by)


@router.delete("series/{int:pk}", summary="Cancel a series", response={204: None})
def cancel(request: HttpRequest, pk: int, part: Query[From], reason: Text = "") -> Any:
    """All that is to come or, `from` an occurrence, what follows; nothing when it is too late for one."""
    series, by = _own(request, pk), asking(request)
    try:
        cancel_series(series=series, by=by, now=timezone.now(), since=part.from_, reason=reason[:300])
    except Refused as refused:
        return shapes.refused(refused)
    return Status(204, None)


def create(by: Member, wish: Wish, key: str | None) -> Any:
    """Book a wish that repeats; the answer is its first booking, with the whole series."""

    def act() -> Booking:
        told = _wish(by, wish)
        project = project_of(told["member"], wish.project)
        made = book_series(**told, purpose=wish.purpose, project=project)
        return made.bookings.select_related("member").order_by("starts_at", "pk")[0]

    try:
        first = act() if key is None else once(act, member=by, key=key, body=wish)
    except Refused as refused:
        return shapes.refused(refused)
    return Status(201, _booked(first, by))


def check(by: Member, wish: Wish) -> dict[str, Any]:
    """Everything that would be said about a wish that repeats, occurrence by occurrence."""
    try:
        found = preview(**_wish(by, wish))
    except Refused as refused:
        told = shapes.objections(refused.objections)
        return {"ok": False, "objections": told, "alternatives": [], "occurrences": []}
    rows = shapes.occurrences(found)
    return {
        "ok": all(row["ok"] for row in rows) and not all(row["skipped"] for row in rows),
        "objections": [told for row in rows for told in row["objections"]],
        "alternatives": [],
        "occurrences": rows,
    }


def resolve_of(told: Resolutions) -> Resolve:
    """How conflicts are to be resolved.

    Raises:
        Refused: `bad_span`.
        Problem: when a resource doesn't exist.
    """
    return {
        at: None
        if other == "skip"
        else Elsewhere(span_of(other.starts_at, other.ends_at), tuple(resources_of(other.resources or [])))
        for at, other in told.items()
    }


def _wish(by: Member, wish: Wish) -> dict[str, Any]:
    return {
        "member": for_whom(by, wish.member),
        "by": by,
        "resources": resources_of(wish.resources),
        "span": span_of(wish.starts_at, wish.ends_at),
        "rule": wish.repeat,
        "now": timezone.now(),
        "resolve": resolve_of(wish.resolve),
        "override": set_aside(by, wish),
    }


def _span(series: Series, payload: SeriesChange, since: datetime | None, now: datetime) -> Span | None:
    if payload.starts_at is None and payload.ends_at is None:
        return None
    stands = next_time(series, now=now, since=since)
    if stands is None:
        raise too_late(why="nothing_to_come")
    return span_of(payload.starts_at or stands.start, payload.ends_at or stands.end)


def _booked(first: Booking, reader: Member) -> dict[str, Any]:
    series = first.series
    rows, units = bookings_of(series) if series else [], house().units
    shown = [shapes.booking(row, reader=reader, units=units) for row in rows]
    mine = next((row for row in shown if row["id"] == first.pk), None)
    if series is None or mine is None:  # it was cancelled for good since
        return shapes.booking(first, reader=reader, units=units)
    return mine | {"series": {"id": series.pk, "rule": series.rule, "bookings": shown}}


def _whole(series: Series, reader: Member) -> dict[str, Any]:
    rows, units = bookings_of(series), house().units
    return {
        "id": series.pk,
        "rule": series.rule,
        "words": repeat_words.sentence(series),
        "member": series.member.username,
        **shapes.span(Span(series.starts_at, series.ends_at)),
        "bookings": [shapes.booking(row, reader=reader, units=units) for row in rows],
        "left_out": [shapes.span(span) for span in left_out(series, rows)],
    }


def _own(request: HttpRequest, pk: int) -> Series:
    if pk >= 2**63:
        raise Http404
    series, member = get_object_or_404(Series.objects.select_related("member"), pk=pk), asking(request)
    if series.member_id != member.pk and not member.is_manager:
        raise PermissionDenied(_("This series is somebody else's."))
    return series
