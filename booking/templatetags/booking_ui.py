"""What templates ask about bookings and bars."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.utils import timezone

from booking import outage_words, repeat_words, said
from booking.ending_words import ending_words
from booking.models import Booking, FaultReport, Series, UsageSession
from booking.queries.finding import Offer
from booking.verdicts import query
from lab.models import Outage, Resource
from lab.spans import Span
from lab.times import next_quarter

register = template.Library()

BAR_ICONS = {
    "mine": "state-reserved",
    "asked": "state-waiting",
    "taken": "state-in_use",
    "outage": "state-out_of_order",
    "closed": "state-closed",
}
BAR_TONES = {"mine": "reserved", "asked": "reserved", "taken": "busy", "outage": "fault"}


@register.filter
def resources(booking: Booking) -> list[Resource]:
    return said.resources(booking)


@register.filter
def what(booking: Booking) -> str:
    return said.what(booking)


@register.filter
def series_words(series: Series) -> str:
    return repeat_words.sentence(series)


@register.filter
def outage_when(outage: Outage) -> str:
    return outage_words.when(outage)


@register.filter
def down_in(report: FaultReport, running: dict[int, Outage]) -> Outage | None:
    """The outage that runs on what a report is about."""
    return running.get(report.resource_id)


@register.filter
def may_be_contested(booking: Booking) -> bool:
    """Whether its member may still say that they came; its absence should be loaded with it."""
    missed = getattr(booking, "no_show", None)
    return missed is not None and missed.may_be_objected(timezone.now())


@register.filter
def day_and_hour(moment: datetime) -> str:
    return outage_words.moment(moment)


@register.filter
def how_long(booking: Booking) -> timedelta:
    return booking.span.length


@register.filter
def same_again(booking: Booking) -> str:
    """The query of a form for the same resources at the same hour, a week later."""
    later = booking.span.shifted(timedelta(days=7))
    return query([row.slug for row in said.resources(booking)], later, purpose=booking.purpose)


@register.filter
def ending(session: UsageSession, now: datetime) -> str:
    return ending_words(session, now)


@register.filter
def offer_query(offer: Offer) -> str:
    return query([row.slug for row in offer.resources], offer.span)


@register.filter
def runs_at(booking: Booking, now: datetime) -> bool:
    return booking.is_live and now in booking.span


@register.filter
def kind_label(kind: str) -> str:
    """A kind in the plural, as people call it."""
    return str(said.KINDS[kind])


@register.filter
def timestamp(moment: datetime) -> int:
    return int(moment.timestamp())


@register.filter
def is_booking(look: str) -> bool:
    """Worth a line in a list: whose time, out of order, why closed; not the usual hours."""
    return look.split()[0] in BAR_ICONS and look != "closed"


@register.filter
def bar_icon(look: str) -> str:
    return BAR_ICONS.get(look.split()[0], "state-unknown")


@register.filter
def bar_tone(look: str) -> str:
    return BAR_TONES.get(look.split()[0], "away")


@register.filter
def usual_end(part: Span, slots: int) -> datetime:
    """When a usual booking that begins with this free span would end."""
    start = next_quarter(part.start)
    return max(min(part.end, start + timedelta(minutes=5 * slots)), start + timedelta(minutes=5))


@register.filter
def hour_after(start: datetime, end: datetime) -> datetime:
    """An hour later, or the end of the free time when that comes first."""
    return min(end, start + timedelta(hours=1))
