"""A trainee who was just refused, and the instructor whose badge now stands for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from booking.models import AccessEvent
from booking.rules.taps import Reason
from devices.models import Device
from lab.compiled import Compiled, key, moment
from lab.models import Award, Badge, Member, Resource

WITHIN = timedelta(seconds=30)
UNTAUGHT = {Reason.NOT_CERTIFIED, Reason.CERTIFICATION_EXPIRED}

LAST = Compiled(
    lambda: (
        AccessEvent.objects.filter(
            device=key("device"), decided_at__gt=moment("since"), decided_at__lte=moment("now")
        )
        .select_related("member", "badge")
        .order_by("-decided_at", "-pk")[:1]
    )
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked for the machine, with which badge, and the certification that stands for theirs."""

    trainee: Member
    badge: Badge | None
    award: Award


def asked_at(device: Device, resource: Resource | None, member: Member, now: datetime) -> Asked | None:
    """Whom this member's badge authorises here; only the very last tap at the reader counts."""
    if resource is None or resource.certification_id is None:
        return None
    last: AccessEvent | None = LAST.first(device=device.pk, since=now - WITHIN, now=now)
    if last is None or last.offline or last.reason not in UNTAUGHT or last.resource_id != resource.pk:
        return None
    if last.member is None or last.member == member:
        return None
    award = instructors(resource.certification_id, now).filter(member=member).select_related("member").first()
    return Asked(last.member, last.badge, award) if award else None


def instructors(certification: int, now: datetime) -> QuerySet[Award]:
    """Awards of those who may teach it."""
    holds = Q(expires_at=None) | Q(expires_at__gt=now)
    return Award.objects.filter(holds, certification=certification, instructor=True, member__suspended=False)
