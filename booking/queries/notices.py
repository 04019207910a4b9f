"""What a member was told."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.db.models.lookups import IsNull

from booking.models import Notice
from lab.models import Member


def unread(member: Member) -> QuerySet[Notice]:
    """The newest first."""
    return Notice.objects.filter(member=member, read_at=None)


def all_told(member: Member) -> QuerySet[Notice]:
    """What was not read comes first, then the newest."""
    rows = Notice.objects.filter(member=member)
    return rows.order_by(IsNull(F("read_at"), True).desc(), "-created_at", "-pk")
