"""People, places, skills and resources."""

from lab.models.people import ApiToken, Award, Badge, Certification, Member
from lab.models.places import Closure, Door, OpeningHours, Zone
from lab.models.resources import Outage, Resource, Unit

__all__ = [
    "ApiToken", "Award", "Badge", "Certification", "Closure", "Door", "Member", "OpeningHours", "Outage",
    "Resource", "Unit", "Zone",
]  # fmt: skip
