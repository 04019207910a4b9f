"""What templates ask about notices and calendars."""

from __future__ import annotations

from datetime import date, time, timedelta

from django import template
from django.utils import timezone

from booking.notices import Told, told
from booking.queries.notices import unread
from lab import times
from lab.models import Member
from lab.spans import Span

register = template.Library()
DAY = timedelta(days=1)
SHOWN = 4


@register.simple_tag
def newest_notices(member: Member) -> list[Told]:
    """The newest notices that the member has not read, a handful."""
    return told(unread(member)[:SHOWN])


@register.filter
def closed(span: Span) -> str:
    """Whole days as days, anything else with its hours."""
    start, end = timezone.localtime(span.start), timezone.localtime(span.end)
    if start.time() != time(0) or end.time() != time(0):
        return f"{_date(start.date())}, {times.span(span.start, span.end)}"
    last = end.date() - DAY
    return _date(last) if last == start.date() else f"{_date(start.date())} – {_date(last)}"


def _date(day: date) -> str:
    return times.date_words(day, "l j F Y")
