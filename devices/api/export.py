"""The API's call for readings as a file."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from devices import exports, queries
from devices.exports import Asked, download
from devices.models import Device
from lab.asked import Moment, Text
from lab.auth import asking
from lab.problems import Problem

router = Router(tags=["devices"])


class ExportFilters(Schema):
    """Channels, all where none is named, in `[from, to)`; `step` in seconds, 0 for every reading."""

    channel: list[Text] = Field(default_factory=list)
    from_: Moment | None = Field(None, alias="from")
    to: Moment | None = None
    step: float = Field(0, ge=0, le=31 * 86400)
    format: Literal["csv", "parquet", "lp"] = "csv"


@router.get("devices/{device}/export", summary="Readings of channels as a CSV, Parquet or line-protocol file")
def export(request: HttpRequest, device: str, filters: Query[ExportFilters]) -> StreamingHttpResponse:
    found = get_object_or_404(queries.visible(asking(request)), name=device)
    end = filters.to or timezone.now()
    asked = asked_for(found, filters.channel, filters.from_ or end - timedelta(days=1), end, filters.step)
    if exports.too_many(asked):
        said = _("At most {n} buckets: take a larger step").format(n=exports.MOST_BUCKETS)
        raise Problem(422, "too_many_points", said)
    try:
        return download.answer(asked, filters.format)
    except download.Busy:
        raise Problem(429, "busy", _("Other files are on their way: try again in a moment")) from None
    except exports.Away:
        raise Problem(503, "history_away", _("The server of time series does not answer")) from None


def asked_for(device: Device, channels: list[str], start: datetime, end: datetime, step: float) -> Asked:
    """What is to be in the file.

    Raises:
        Problem: for a channel that the device hasn't, and a span that ends before it begins.
    """
    known = list(device.channels.values_list("key", flat=True))
    unknown = [key for key in channels if key not in known]
    if unknown:
        said = _("{device} has no channel {channels}").format(device=device.name, channels=", ".join(unknown))
        raise Problem(422, "unknown_channel", said)
    if start >= end:
        raise Problem(422, "bad_span", _("`to` must come after `from`"))
    chosen = tuple(dict.fromkeys(channels or known))
    return Asked(queries.store(), device.name, chosen, start, end, step, settings.PAST.influx)
