"""The demo's planning: past hours of today are done, the coming days are promised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from booking.demo.agenda import AGENDA, DAYS_AHEAD, BookingRow
from booking.models import Booking, Claim
from lab.lab_time import lab_zone
from lab.models import Member, Unit
from lab.spans import Span


def plant_bookings(*, members: Mapping[str, Member], now: datetime) -> None:
    """Today and the days ahead; an hour that somebody took meanwhile stays theirs."""
    units = {unit.resource.slug: unit for unit in Unit.objects.select_related("resource").order_by("-number")}
    today = now.astimezone(lab_zone()).date()
    known = set(Booking.objects.filter(starts_at__date__gte=today).values_list("member", "starts_at"))
    for row, span in _rhythm(today):
        if (members[row.member].pk, span.start) not in known:
            _book(row, span, member=members[row.member], unit=units[row.resource], now=now)


def _rhythm(today: date) -> Iterator[tuple[BookingRow, Span]]:
    for day in (today + timedelta(days=n) for n in range(DAYS_AHEAD)):
        for row in AGENDA:
            if str(day.weekday()) in row.weekdays:
                start = datetime.combine(day, row.starts, lab_zone())
                yield row, Span(start, start + timedelta(minutes=row.minutes))


def _book(row: BookingRow, span: Span, *, member: Member, unit: Unit, now: datetime) -> None:
    state = Booking.State.DONE if span.end <= now else Booking.State.BOOKED
    try:
        with transaction.atomic():
            booking = Booking.objects.create(
                member=member,
                booked_by=member,
                starts_at=span.start,
                ends_at=span.end,
                purpose=row.purpose,
                state=state,
            )
            Claim.objects.create(booking=booking, unit=unit, blocked_from=span.start, blocked_until=span.end)
    except IntegrityError:
        return
