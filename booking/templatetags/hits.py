"""What templates ask about bookings that are hit by an outage or a closure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django import template

from booking import said
from booking.models import Booking, Hit
from booking.notices import down
from booking.queries import hits
from booking.queries.proposals import Proposal, instead
from booking.verdicts import Option, options, query
from lab.models import Closure, Outage

register = template.Library()


@register.filter
def why_hit(cause: Outage | Closure, now: datetime) -> str:
    """What is down or shut, from when until when."""
    return down.sentence(cause, now=now)


@register.simple_tag
def hits_among(bookings: Iterable[Booking], now: datetime) -> dict[int, list[Hit]]:
    """Undecided hits of these bookings, by booking."""
    return hits.of_bookings(bookings, now=now)


@register.filter
def alone(booking: Booking) -> list[Booking]:
    return [booking]


@register.filter
def hits_of(booking: Booking, found: Mapping[int, list[Hit]]) -> list[Hit]:
    return found.get(booking.pk, [])


@register.simple_tag
def could_be(booking: Booking, found: list[Hit], now: datetime) -> tuple[Option, ...]:
    """What the booking's member could take instead of what is hit."""
    return options(instead(booking, found, now=now), [row.slug for row in said.resources(booking)])


@register.filter
def proposal_query(proposal: Proposal) -> str:
    return query([row.slug for row in proposal.resources], proposal.span)


@register.filter
def proposal_what(proposal: Proposal) -> str:
    return ", ".join(dict.fromkeys(row.label for row in proposal.resources))
