"""A whole series: its bookings, the times of its rule that have none, and which of its times is next."""

from __future__ import annotations

from datetime import datetime

from booking.models import Booking, Series
from booking.rules.repeat import BadRepeat, Repeat, parse
from booking.rules.series import occurrences, on_day
from lab.lab_time import lab_zone
from lab.spans import Span


def rule_of(series: Series) -> Repeat:
    return parse(series.rule, lab_zone())


def bookings_of(series: Series) -> list[Booking]:
    """Every booking that it ever had, in the order of their times."""
    rows = series.bookings.select_related("member").prefetch_related("claims__unit__resource__zone")
    return list(rows.order_by("starts_at", "pk"))


def left_out(series: Series, rows: list[Booking]) -> list[Span]:
    """Times that the rule names and that were never booked."""
    first = Span(series.starts_at, series.ends_at)
    try:
        named = occurrences(rule_of(series), first, lab_zone())
    except BadRepeat:  # nothing is left of it
        return []
    known = {row.occurs_at for row in rows}
    return [span for span in named if span.start not in known]


def next_time(series: Series, *, now: datetime, since: datetime | None = None) -> Span | None:
    """Where the rule puts the occurrence at `since`, or else the next one that may change."""
    coming = series.bookings.filter(
        member=series.member_id, state__in=[Booking.State.REQUESTED, Booking.State.BOOKED], starts_at__gt=now
    )
    at = since or coming.order_by("occurs_at").values_list("occurs_at", flat=True).first()
    if at is None:
        return None
    first = Span(series.starts_at, series.ends_at)
    return on_day(at.astimezone(lab_zone()).date(), first, lab_zone())
