"""Telling a member something, once: a row beside the fact, in the fact's own transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from booking.models import Booking, Notice
from lab.models import Member

GATHERED = timedelta(seconds=20)  # what comes together in this time makes one mail


def tell(
    member: Member,
    kind: Notice.Kind,
    *,
    key: str,
    now: datetime,
    booking: Booking | None = None,
    data: dict[str, Any] | None = None,
    mail: bool = True,
) -> None:
    """Put a notice where the member sees it, and on its way by mail; the same `key` again changes nothing."""
    Notice.objects.bulk_create(
        [
            Notice(
                member=member,
                kind=kind,
                key=f"{kind}:{key}"[:120],
                booking=booking,
                data=data or {},
                created_at=now,
                mail_after=now + GATHERED if mail else None,
            )
        ],
        ignore_conflicts=True,
    )


def tell_about(booking: Booking, kind: Notice.Kind, *, now: datetime, **data: Any) -> None:
    """Tell a booking's member what became of it; once for each of its changes."""
    tell(booking.member, kind, key=f"{booking.pk}:{booking.sequence}", now=now, booking=booking, data=data)
