"""The API's calls about devices and what they measured."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from devices import history, letters, queries
from devices.api import shapes
from devices.api.export import router as export
from lab.asked import Moment, Text
from lab.auth import require_manager
from lab.paging import MOST, USUAL, Slice, page
from lab.problems import Problem

router = Router(tags=["devices"])
router.add_router("", export)
MOST_POINTS = 10_000


class ReadingFilters(Schema):
    """One channel's readings in `[from, to)`; `step` in seconds, 0 for raw ones."""

    channel: Text
    from_: Moment | None = Field(None, alias="from")
    to: Moment | None = None
    step: float = Field(0, ge=0, le=31 * 86400)
    after: Text | None = None


class ReadFilters(Schema):
    """Stays of tags that touch `[from, to)`, the newest first; `before` continues a list."""

    from_: Moment | None = Field(None, alias="from")
    to: Moment | None = None
    limit: int = Field(USUAL, ge=1)
    before: int | None = Field(None, ge=0, lt=2**63)


class DeadLetterFilters(Schema):
    """The newest first: of a reason's code, a device, with this in the topic; `before` continues a list."""

    code: Text = ""
    device: Text = ""
    topic: Text = ""
    limit: int = Field(USUAL, ge=1)
    before: int | None = Field(None, ge=0, lt=2**63)


@router.get("devices", summary="Devices, unclaimed ones too")
def devices(request: HttpRequest, part: Query[Slice]) -> dict[str, Any]:
    now = timezone.now()
    listed = page(request, queries.every(), part, lambda device: device)
    listed["items"] = [shapes.device(view) for view in queries.views(listed["items"], now=now)]
    return listed


@router.get("devices/{device}", summary="One device with its channels")
def device(request: HttpRequest, device: str) -> dict[str, Any]:
    found = get_object_or_404(queries.every(), name=device)
    return shapes.device(queries.views([found], now=timezone.now())[0])


@router.get("devices/{device}/readings", summary="What a channel measured")
def readings(request: HttpRequest, device: str, filters: Query[ReadingFilters]) -> HttpResponse:
    found = get_object_or_404(queries.every(), name=device)
    end = filters.to or timezone.now()
    start = filters.from_ or end - timedelta(hours=1)
    if start >= end:
        raise Problem(422, "bad_span", _("`to` must come after `from`"))
    if filters.step and (end - start).total_seconds() / filters.step > MOST_POINTS:
        raise Problem(
            422, "too_many_points", _("At most {n} buckets: take a larger step").format(n=MOST_POINTS)
        )
    try:
        found_page = history.readings(
            queries.store(),
            device=found.name,
            channel=filters.channel,
            start=start,
            end=end,
            step=filters.step,
            after=filters.after,
            limit=MOST_POINTS,
            beyond=settings.PAST.influx,
        )
    except history.BadCursor:
        raise Problem(422, "invalid", _("`after` is not the `next` of a page")) from None
    # 10,000 points are encoded in 1 ms so, and in 10 by the usual way.
    told = msgspec.json.encode(shapes.readings(request, filters.channel, found_page))
    return HttpResponse(told, content_type="application/json; charset=utf-8")


@router.get("devices/{device}/reads", summary="Which tags a reader saw, as dwell windows")
def reads(request: HttpRequest, device: str, filters: Query[ReadFilters]) -> dict[str, Any]:
    found = get_object_or_404(queries.every(), name=device)
    end = filters.to or timezone.now()
    start = filters.from_ or end - timedelta(hours=1)
    if start >= end:
        raise Problem(422, "bad_span", _("`to` must come after `from`"))
    limit = min(filters.limit, MOST)
    windows = history.reads(
        queries.store(), device=found.name, start=start, end=end, before=filters.before, limit=limit + 1
    )
    return shapes.reads(request, windows, limit)


@router.get("dead-letters", summary="Messages that could not be decoded")
def dead_letters(request: HttpRequest, filters: Query[DeadLetterFilters]) -> dict[str, Any]:
    require_manager(request)
    limit = min(filters.limit, MOST)
    wanted = letters.Wanted(filters.code, filters.device, filters.topic)
    found = letters.find(queries.store(), wanted, limit=limit + 1, before=filters.before)
    return shapes.dead_letters(request, found, limit)
