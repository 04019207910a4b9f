"""Maintenance of the demo's machines: one nearly due, one overdue that only warns."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from booking.actions.upkeep import Checked, mark_hours, sign_off, spread
from booking.models import Upkeep, UpkeepPlan, UpkeepTask
from booking.queries.upkeep import standing
from lab.models import Certification, Member, Resource


class PlanRow(NamedTuple):
    name: str
    resource: str  # or empty, for each one of the kind
    kind: str
    every_hours: int | None
    months: int | None
    overdue: str
    tasks: tuple[tuple[str, str, str], ...]  # text, unit, certification


PLANS = (
    PlanRow(
        "Optique du laser", "laser-1", "", 50, 6, "warn",
        (
            ("Couper l’alimentation et attendre cinq minutes", "", ""),
            ("Nettoyer les trois miroirs et la lentille", "", "laser"),
            ("Mesurer la puissance à la tête", "W", "laser"),
            ("Vérifier l’extraction des fumées", "", ""),
        ),
    ),
    PlanRow(
        "Buse et courroies", "", "printer", 200, None, "warn",
        (
            ("Changer la buse", "", ""),
            ("Tendre les courroies", "Hz", ""),
            ("Graisser les axes", "", ""),
        ),
    ),
    PlanRow(
        "Broche et aspiration", "cnc-1", "", None, 3, "stop",
        (
            ("Contrôler le jeu de la broche", "mm", "cnc"),
            ("Vider le bac de l’aspiration", "", ""),
        ),
    ),
)  # fmt: skip
# Since the last time, where it is not nothing: hours of work, and days.
BEHIND = {"laser-1": (44.0, 40), "printer-2": (214.0, 90), "printer-1": (60.0, 30), "cnc-1": (0.0, 60)}
COUNTERS = {"laser-1": 1_180.0}


def plant_upkeep(*, by: Member, now: datetime) -> None:
    for row in PLANS:
        if not UpkeepPlan.objects.filter(name=row.name).exists():
            _plant(row, by, now)


def _plant(row: PlanRow, by: Member, now: datetime) -> None:
    skills = {skill.slug: skill for skill in Certification.objects.all()}
    plan = UpkeepPlan.objects.create(
        name=row.name,
        resource=Resource.objects.filter(slug=row.resource).first(),
        kind=row.kind,
        every_hours=row.every_hours,
        every=row.months,
        overdue=row.overdue,
    )
    UpkeepTask.objects.bulk_create(
        UpkeepTask(plan=plan, place=place, text=text, unit=unit, certification=skills.get(skill))
        for place, (text, unit, skill) in enumerate(row.tasks)
    )
    spread(plan, now=now)
    for upkeep in plan.upkeeps.select_related("resource", "plan"):
        _age(upkeep, by, now)


def _age(upkeep: Upkeep, by: Member, now: datetime) -> None:
    """As if it had run for a while since somebody signed it off."""
    slug = upkeep.resource.slug
    hours, days = BEHIND.get(slug, (12.0, 10))
    then = now - timedelta(days=days)
    if slug in COUNTERS:
        mark_hours(resource=upkeep.resource, hours=COUNTERS[slug], by=by, now=then)
    tasks = [
        Checked(one.text, True, one.unit, 74.5 if one.unit == "W" else None)
        for one in upkeep.plan.tasks.all()
    ]
    sign_off(upkeep=upkeep, by=by, now=then, checks=tasks)
    counted = standing(upkeep, now=now).hours
    Upkeep.objects.filter(pk=upkeep.pk).update(hours_before=hours - counted)
