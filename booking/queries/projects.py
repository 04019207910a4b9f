"""Which projects a member may charge to."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from booking.models import Project
from lab.models import Member


def open_to(member: Member) -> QuerySet[Project]:
    """Their own and those of their programmes, as long as they are open and the programme lasts."""
    today = timezone.localdate()
    lasting = Q(programme__ends_on=None) | Q(programme__ends_on__gte=today)
    theirs = Q(member=member) | Q(programme__members=member) & lasting
    return Project.objects.filter(theirs, closed_at=None).distinct()


def chosen(member: Member, slug: str) -> Project | None:
    """The project of this name that the member may charge to."""
    return open_to(member).filter(slug=slug).first()
