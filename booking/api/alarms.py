"""Alarms for other programs: what is open and what was, and taking care of one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from booking import alarm_words
from booking.actions.alarms import acknowledge
from booking.alarms.picture import show
from booking.queries import alarms as queries
from devices.models import Alarm
from lab.asked import Moment, Text
from lab.auth import require_manager
from lab.lab_time import iso
from lab.paging import Slice, page
from lab.problems import Problem

router = Router(tags=["alarms"])


class AlarmFilters(Slice):
    """Open ones, or all that touch `[from, to)`, the newest first."""

    open: bool = False
    device: Text | None = None
    from_: Moment | None = Field(None, alias="from")
    to: Moment | None = None


class Care(Schema):
    """A word for the others, if any."""

    note: Text = ""


@router.get("alarms", summary="Alarms, for lab managers")
def alarms(request: HttpRequest, filters: Query[AlarmFilters]) -> dict[str, Any]:
    require_manager(request)
    rows = queries.all_of(open_only=filters.open, start=filters.from_, end=filters.to)
    if filters.device is not None:
        rows = rows.filter(device__name=filters.device)
    return page(request, rows, filters, shape)


@router.post("alarms/{int:number}/acknowledge", summary="Take care of an alarm")
def take_care(request: HttpRequest, number: int, care: Care | None = None) -> dict[str, Any]:
    by, now = require_manager(request), timezone.now()
    row = get_object_or_404(queries.all_of(), pk=number)
    if not acknowledge(alarm=row, by=by, now=now, note=care.note[:200] if care else ""):
        raise Problem(409, "acknowledged", _("Somebody takes care of it already"))
    show(now=now)
    return shape(queries.all_of().get(pk=number))


def shape(row: Alarm) -> dict[str, Any]:
    """An alarm; `title` is in the reader's language, `code` is its condition or the house's own."""
    return {
        "id": row.pk,
        "code": row.data.get("house") or row.data.get("condition"),
        "title": alarm_words.title(row.data, row.key),
        "severity": row.severity,
        "device": row.device.name if row.device else None,
        "channel": row.key or None,
        "resource": row.resource.slug if row.resource else None,
        "rule": row.rule_id,
        "limit": row.data.get("limit"),
        "value": row.data.get("value"),
        "times": row.data.get("times", 1),
        "raised_at": iso(row.raised_at),
        "cleared_at": iso(row.cleared_at),
        "acknowledged_at": iso(row.acknowledged_at),
        "acknowledged_by": row.acknowledged_by.username if row.acknowledged_by else None,
        "note": row.note,
    }
