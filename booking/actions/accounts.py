"""What is charged to which project, what material a session used up, and what its time cost."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.text import slugify

from booking.models import Booking, Material, MaterialUse, Project, UsageSession
from booking.queries.prices import hourly
from lab.models import Member, Programme, Resource

MAY_ENTER = timedelta(days=31)  # after a session; then the month is settled


def may_enter(session: UsageSession, by: Member, *, now: datetime) -> bool:
    """Its member for a month, lab managers always."""
    late = session.ended_at is not None and now - session.ended_at > MAY_ENTER
    return by.is_manager or (session.member_id == by.pk and not late)


def may_charge(booking: Booking, by: Member, *, now: datetime) -> bool:
    """As long as for its sessions; what was called off is charged to nothing."""
    off = booking.state in (Booking.State.HELD, Booking.State.CANCELLED, Booking.State.DECLINED)
    late = now - booking.ends_at > MAY_ENTER
    return not off and (by.is_manager or (booking.member_id == by.pk and not late))


def begin_project(*, name: str, member: Member | None = None, programme: Programme | None = None) -> Project:
    """A project of a member or of a programme."""
    stem = slugify(name)[:50].strip("-_") or "projet"
    taken = set(Project.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    free = (slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, 1000))) if slug not in taken)
    return Project.objects.create(slug=next(free), name=name, member=member, programme=programme)


def close_project(*, project: Project, now: datetime, closed: bool = True) -> None:
    """It takes nothing new, or takes it again; what was charged to it stays."""
    project.closed_at = now if closed else None
    project.save(update_fields=["closed_at"])


def charge_booking(*, booking: Booking, project: Project | None) -> None:
    """A booking with all that runs under it."""
    booking.project = project
    booking.save(update_fields=["project"])


@transaction.atomic
def charge(*, session: UsageSession, project: Project | None) -> None:
    """A session; one of a booking goes with its booking."""
    if session.booking is not None:
        charge_booking(booking=session.booking, project=project)
        return
    session.project = project
    session.save(update_fields=["project"])


def use_material(
    *, session: UsageSession, material: Material, amount: Decimal, by: Member, now: datetime
) -> MaterialUse:
    """At today's price, whatever becomes of the list."""
    return MaterialUse.objects.create(
        session=session,
        material=material,
        amount=amount,
        price=material.price,
        member=session.member,
        entered_by=by,
        at=now,
    )


def price_sessions() -> int:
    """Sessions that are over keep the price that an hour has now; how many. Twice changes nothing."""
    rows = UsageSession.objects.filter(ended_at__isnull=False, credits_per_hour=None).order_by()
    resources = Resource.objects.filter(pk__in=set(rows.values_list("resource_id", flat=True)))
    prices = hourly(resources)
    return sum(
        rows.filter(resource=one).update(credits_per_hour=prices.get(one.pk, Decimal(0))) for one in resources
    )
