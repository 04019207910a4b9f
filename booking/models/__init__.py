"""Intents and facts: bookings with their claims, who waits, who was told, who came and what ran."""

from booking.models.badges import Barred, CodeTry, Enrolment
from booking.models.bookings import Booking, Change, Claim, IdempotencyKey, Series
from booking.models.facts import AccessEvent, Presence, UsageSession
from booking.models.faults import FaultReport
from booking.models.hits import Hit
from booking.models.materials import MaterialUse
from booking.models.passages import PassageCount
from booking.models.policy import NoShow, Policy
from booking.models.projects import Material, Project
from booking.models.telling import Feed, Mailbox, Notice, Origin
from booking.models.upkeep import HourMark, Upkeep, UpkeepCheck, UpkeepPlan, UpkeepTask, UpkeepVisit
from booking.models.waits import Wait

__all__ = [
    "AccessEvent", "Barred", "Booking", "Change", "Claim", "CodeTry", "Enrolment", "FaultReport", "Feed",
    "Hit", "HourMark", "IdempotencyKey", "Mailbox", "Material", "MaterialUse", "NoShow", "Notice",
    "Origin", "PassageCount", "Policy", "Presence", "Project", "Series", "Upkeep", "UpkeepCheck",
    "UpkeepPlan", "UpkeepTask", "UpkeepVisit", "UsageSession", "Wait",
]  # fmt: skip
