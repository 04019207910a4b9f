"""What is out of order, will be and was, and what members say of it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from booking.models import FaultReport
from lab.models import Outage, Resource


def open_reports(resource: Resource | None = None) -> QuerySet[FaultReport]:
    """What nobody has looked at yet, the oldest first."""
    rows = FaultReport.objects.filter(decided_at=None).select_related("resource", "member")
    return rows if resource is None else rows.filter(resource=resource)


def running(now: datetime) -> QuerySet[Outage]:
    """The last to begin first."""
    return _counted(Outage.objects.at(now)).order_by("-starts_at", "pk")


def planned(now: datetime) -> QuerySet[Outage]:
    return _counted(Outage.objects.filter(starts_at__gt=now)).order_by("starts_at", "pk")


def past(now: datetime) -> QuerySet[Outage]:
    """The last to end first."""
    return _counted(Outage.objects.filter(ends_at__lte=now)).order_by("-ends_at", "pk")


def _counted(rows: QuerySet[Outage]) -> QuerySet[Outage]:
    """With `undecided`: how many bookings it hits that nobody has decided about."""
    return rows.select_related("resource").annotate(undecided=Count("hits", filter=Q(hits__decision="")))
