"""People, places, skills, what can be booked and by which rules."""

from lab.models.people import ApiToken, Award, Badge, Certification, Member, Programme, Training
from lab.models.places import Closure, Door, OpeningHours, SpecialDay, Zone
from lab.models.resources import Link, Outage, Resource, Unit
from lab.models.rules import KindRules, Quota, Tariff

__all__ = [
    "ApiToken", "Award", "Badge", "Certification", "Closure", "Door", "KindRules", "Link", "Member",
    "OpeningHours", "Outage", "Programme", "Quota", "Resource", "SpecialDay", "Tariff", "Training", "Unit",
    "Zone",
]  # fmt: skip
