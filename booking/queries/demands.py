"""What a zone demands of whoever comes in, and what of that a member has not."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.db.models import Q

from booking.rules.wishes import programme_days
from lab.lab_time import lab_zone
from lab.models import Member, Zone

RANK = {Member.Role.MAKER: 0, Member.Role.MANAGER: 1, Member.Role.ADMIN: 2}


class Demand(StrEnum):
    """Everything that a zone may ask for; all that it asks for has to be there."""

    CERTIFICATION = "certification"
    PROGRAMME = "programme"
    ROLE = "role"


def unmet(zone: Zone, member: Member, now: datetime) -> tuple[Demand, ...]:
    """What the zone demands and the member has not; without demands it asks the database nothing."""
    asked = (
        (Demand.CERTIFICATION, zone.certification_id and not _certified(zone, member, now)),
        (Demand.PROGRAMME, zone.programme_id and not _in_programme(zone, member, now)),
        (Demand.ROLE, zone.role and not has_role(member.role, zone.role)),
    )
    return tuple(demand for demand, missing in asked if missing)


def has_role(role: str, wanted: str) -> bool:
    """An administrator may what a manager may, and a manager what a maker may."""
    return RANK[Member.Role(role)] >= RANK[Member.Role(wanted)]


def _certified(zone: Zone, member: Member, now: datetime) -> bool:
    holds = Q(expires_at=None) | Q(expires_at__gt=now)
    return member.awards.filter(holds, certification=zone.certification_id).exists()


def _in_programme(zone: Zone, member: Member, now: datetime) -> bool:
    rows = member.programmes.filter(zones=zone).values_list("starts_on", "ends_on")
    spans = [programme_days(starts_on, ends_on, lab_zone()) for starts_on, ends_on in rows]
    return any(span is None or now in span for span in spans)
