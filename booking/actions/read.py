"""Noting what a member has read."""

from __future__ import annotations

from datetime import datetime

from booking.models import Notice
from lab.models import Member


def mark_read(*, member: Member, now: datetime, until: int | None = None) -> int:
    """Count the member's notices as read, up to this one where it is named: a newer one was not seen yet."""
    rows = Notice.objects.filter(member=member, read_at=None)
    return (rows if until is None else rows.filter(pk__lte=until)).update(read_at=now)
