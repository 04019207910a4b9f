"""What a manager books in spite of an outage or a closure needs no decision any more: it is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from booking.models import Booking, Hit
from booking.queries.hits import causes, hit_by
from booking.rules.wishes import Code
from lab.models import Member


def keep_known(bookings: Iterable[Booking], *, codes: Collection[str], by: Member, now: datetime) -> None:
    """Note that these bookings stay, whatever hits them now among what was set aside."""
    known = [each for each in causes(now=now) if _code(is_closure=each.is_closure) in codes] if codes else []
    mine = {booking.pk for booking in bookings}
    for cause, hit in zip(known, hit_by(known, now=now), strict=True):
        for booking in hit:
            if booking.pk in mine:
                what = "closure" if cause.is_closure else "outage"
                row: dict[str, Any] = {"booking": booking, what: cause.row}
                kept = {"decision": Hit.Decision.KEPT, "decided_at": now, "decided_by": by}
                Hit.objects.update_or_create(defaults=kept, **row)


def _code(*, is_closure: bool) -> Code:
    return Code.CLOSED if is_closure else Code.OUTAGE
