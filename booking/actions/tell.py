"""Telling a member something, once: a row beside the fact, in the fact's own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from booking.models import Booking, Notice, Series
from lab.lab_time import iso
from lab.models import Member, Resource

GATHERED = timedelta(seconds=20)  # what comes together in this time makes one mail
Kind = Notice.Kind
SETTLED = {Kind.APPROVED, Kind.DECLINED, Kind.CANCELLED}


def tell(
    member: Member,
    kind: Notice.Kind,
    *,
    key: str,
    now: datetime,
    booking: Booking | None = None,
    by: Member | None = None,
    data: dict[str, Any] | None = None,
    mail: bool = True,
) -> None:
    """Put a notice where the member sees it, and on its way by mail; the same `key` again changes nothing.

    What they did themselves (`by`) they have read already.
    """
    _write([_notice(member, kind, key, now, booking, by, data or {}, mail=mail)])


def tell_about(
    booking: Booking,
    kind: Notice.Kind,
    *,
    now: datetime,
    by: Member | None = None,
    resources: Sequence[Resource] | None = None,
    **data: Any,
) -> None:
    """Tell a booking's member what became of it, once for each of its changes; managers, when it asks.

    `resources` are those of the booking, where the caller knows them.
    """
    facts = told(booking, resources) | data
    key = f"{booking.pk}:{booking.sequence}"
    rows = [_notice(booking.member, kind, key, now, booking, by, facts)]
    if kind in SETTLED:
        _settle([booking], now)
    if booking.state == Booking.State.REQUESTED:
        rows += _asked(booking, key, now, by, facts)
    _write(rows)


def tell_series(
    series: Series,
    bookings: Sequence[Booking],
    kind: Notice.Kind,
    *,
    now: datetime,
    by: Member | None = None,
    resources: Sequence[Resource] | None = None,
    **data: Any,
) -> None:
    """Tell in one notice, about the first of them, what became of many bookings of a series."""
    first = bookings[0]
    facts = told(first, resources) | {"series": series.pk, "bookings": [row.pk for row in bookings]}
    facts |= {"last_starts_at": iso(bookings[-1].starts_at)} | data
    key = f"series:{series.pk}:{first.pk}:{first.sequence}"
    rows = [_notice(series.member, kind, key, now, first, by, facts)]
    if kind in SETTLED:
        _settle(bookings, now)
    asking = [booking for booking in bookings if booking.state == Booking.State.REQUESTED]
    if asking:
        rows += _asked(asking[0], key, now, by, facts | {"bookings": [row.pk for row in asking]})
    _write(rows)


def tell_managers(
    kind: Notice.Kind,
    *,
    key: str,
    now: datetime,
    booking: Booking | None = None,
    by: Member | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Tell every manager but the one who did it."""
    rows = [
        _notice(member, kind, f"{key}:{member.pk}", now, booking, by, data or {})
        for member in managers()
        if by is None or member.pk != by.pk
    ]
    _write(rows)


def told(booking: Booking, resources: Sequence[Resource] | None = None) -> dict[str, Any]:
    """The facts of a booking as they are now, JSON-ready: a notice still says them when they have changed."""
    if resources is None:
        shown = booking.claims.filter(superseded=False, linked=False).order_by("unit")
        slugs = list(shown.values_list("unit__resource__slug", flat=True))
    else:
        slugs = [resource.slug for resource in resources]
    return {
        "starts_at": iso(booking.starts_at),
        "ends_at": iso(booking.ends_at),
        "state": booking.state,
        "purpose": booking.purpose,
        "resources": list(dict.fromkeys(slugs)),
    }


def managers() -> Iterable[Member]:
    return Member.objects.filter(is_active=True, role__in=[Member.Role.MANAGER, Member.Role.ADMIN])


def _asked(
    booking: Booking, key: str, now: datetime, by: Member | None, facts: dict[str, Any]
) -> list[Notice]:
    told_to = [member for member in managers() if by is None or member.pk != by.pk]
    return [
        _notice(member, Kind.TO_APPROVE, f"{key}:{member.pk}", now, booking, booking.member, facts)
        for member in told_to
    ]


def _settle(bookings: Iterable[Booking], now: datetime) -> None:
    """A request that was decided needs nobody any more."""
    asked = Notice.objects.filter(booking__in=bookings, kind=Kind.TO_APPROVE)
    asked.filter(read_at=None).update(read_at=now)
    asked.filter(~Q(mail_after=None), mailed_at=None).update(mail_after=None)


def _notice(
    member: Member,
    kind: Notice.Kind,
    key: str,
    now: datetime,
    booking: Booking | None,
    by: Member | None,
    data: dict[str, Any],
    *,
    mail: bool = True,
) -> Notice:
    own = by is not None and by.pk == member.pk
    return Notice(
        member=member,
        kind=kind,
        key=f"{kind}:{key}"[:120],
        booking=booking,
        data=data | ({"by": by.pk} if by else {}),
        created_at=now,
        mail_after=now + GATHERED if mail else None,
        read_at=now if own else None,
    )


def _write(rows: list[Notice]) -> None:
    if rows:
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
