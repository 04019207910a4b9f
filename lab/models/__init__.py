"""People, places, skills, what can be booked and by which rules."""

from lab.models.hooks import Cursor, Delivery, Hook
from lab.models.house import HouseFact, Revision
from lab.models.looks import Look
from lab.models.people import ApiToken, Award, Badge, Certification, Member, Programme, Seat, Training
from lab.models.places import Closure, Door, OpeningHours, SpecialDay, Zone
from lab.models.resources import Link, Outage, ProgrammeAccess, Resource, Unit
from lab.models.rules import KindRules, Quota, Tariff
from lab.models.totems import Totem

__all__ = [
    "ApiToken", "Award", "Badge", "Certification", "Closure", "Cursor", "Delivery", "Door", "Hook",
    "HouseFact", "KindRules", "Link", "Look", "Member", "OpeningHours", "Outage", "Programme",
    "ProgrammeAccess", "Quota", "Resource", "Revision", "Seat", "SpecialDay", "Tariff", "Totem",
    "Training", "Unit", "Zone",
]  # fmt: skip
