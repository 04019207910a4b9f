"""The demo's house rules, tariffs, a residency of three months and the trainings of next week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from booking.demo import places
from lab.lab_time import lab_zone
from lab.models import (
    Certification,
    KindRules,
    Link,
    Member,
    Programme,
    Quota,
    Resource,
    Seat,
    Tariff,
    Training,
)

RESIDENCY = {"slug": "residence-3-mois", "name": "Résidence 3 mois", "name_en": "3-month residency"}
RESIDENTS = ("victor", "yuna")
TOGETHER = 30 * 60  # minutes a week on the soldering station
MONTHS = 3
SEATS, MINUTES = 6, 120
LEARNERS = {"laser": ("lea", "karim"), "cnc": ("thomas",)}


def plant_rules() -> None:
    for row in places.TARIFFS:
        facts = {"name": row.name, "name_en": row.name_en, "credits_per_hour": Decimal(row.credits_per_hour)}
        Tariff.objects.get_or_create(slug=row.slug, defaults=facts)
    for kind, rules in places.KIND_RULES.items():
        KindRules.objects.get_or_create(kind=kind, defaults=dict(rules))


def plant_links(new: Iterable[str]) -> None:
    """What is claimed along with resources that were just made."""
    made = set(new)
    slugs = {resource.slug: resource for resource in Resource.objects.all()}
    for row in places.RESOURCES:
        for also, why in row.links if row.slug in made else ():
            Link.objects.create(resource=slugs[row.slug], also=slugs[also], why=why)


def plant_residency(*, members: Mapping[str, Member], now: datetime) -> None:
    """From the first of this month; its members share a quota."""
    first = now.astimezone(lab_zone()).date().replace(day=1)
    dates = {"starts_on": first, "ends_on": _months_later(first) - timedelta(days=1)}
    programme, new = Programme.objects.get_or_create(slug=RESIDENCY["slug"], defaults=RESIDENCY | dates)
    if not new:
        return
    programme.members.set(members[name] for name in RESIDENTS)
    Quota.objects.create(
        resource=Resource.objects.get(slug="solder-1"),
        programme=programme,
        together=True,
        most=TOGETHER,
        period=Quota.Period.WEEK,
    )


def plant_trainings(*, members: Mapping[str, Member], now: datetime) -> None:
    """One of next week for every certification that has none to come."""
    today = now.astimezone(lab_zone()).date()
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7)
    skills = {skill.slug: skill for skill in Certification.objects.all()}
    for row in places.CERTIFICATIONS:
        skill = skills[row.slug]
        if skill.trainings.filter(starts_at__gt=now).exists():
            continue
        starts_at = datetime.combine(
            monday + timedelta(days=row.training_weekday), row.training_at, lab_zone()
        )
        training = Training.objects.create(
            certification=skill, starts_at=starts_at, minutes=MINUTES, seats=SEATS, place=row.training_place
        )
        Seat.objects.bulk_create(
            Seat(training=training, member=members[name], number=number, taken_at=now)
            for number, name in enumerate(LEARNERS[row.slug], start=1)
        )


def _months_later(first: date) -> date:
    year, month = divmod(first.month - 1 + MONTHS, 12)
    return first.replace(year=first.year + year, month=month + 1)
