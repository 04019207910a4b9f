"""What the demo's members charge to, and a price list; a little that ran last week."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from booking.actions.accounts import begin_project, use_material
from booking.models import Material, Project, UsageSession
from lab.models import Member, Programme, Resource

MATERIALS = (
    ("pla", "Filament PLA", "PLA filament", "g", "0.03"),
    ("petg", "Filament PETG", "PETG filament", "g", "0.04"),
    ("contreplaque-5", "Contreplaqué 5 mm", "Plywood 5 mm", "m²", "14.00"),
    ("pmma-3", "PMMA 3 mm", "Acrylic 3 mm", "m²", "28.50"),
    ("vinyle", "Vinyle", "Vinyl", "m", "2.20"),
)
# Whose, on what, days ago, hour, minutes held, at work, Wh, material, amount, and whether for the project.
RAN = (
    ("maker", "laser-1", 1, 14, 95, 62, 1240.0, "contreplaque-5", "0.36", True),
    ("maker", "printer-1", 2, 10, 260, 251, 410.0, "pla", "128", True),
    ("maker", "laser-2", 4, 16, 40, 22, 330.0, "pmma-3", "0.12", False),
    ("manager", "cnc-1", 3, 11, 75, 48, 690.0, "", "", False),
    ("novice", "printer-2", 3, 9, 180, 172, 265.0, "petg", "86", False),
)


def plant_accounts(*, members: Mapping[str, Member], now: datetime) -> None:
    if Material.objects.exists():
        return
    Material.objects.bulk_create(
        Material(slug=slug, name=name, name_en=english, unit=unit, price=price)
        for slug, name, english, unit, price in MATERIALS
    )
    lamp = begin_project(name="Lampe en contreplaqué", member=members["maker"])
    cohort = Programme.objects.order_by("slug").first()
    if cohort is not None:
        begin_project(name="Exposition de fin de résidence", programme=cohort)
    _plant_sessions(members, lamp, now)


def _plant_sessions(members: Mapping[str, Member], lamp: Project, now: datetime) -> None:
    resources = {row.slug: row for row in Resource.objects.all()}
    materials = {row.slug: row for row in Material.objects.all()}
    for who, what, days, hour, minutes, busy, energy, material, amount, charged in RAN:
        day = (now - timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
        row = UsageSession.objects.create(
            resource=resources[what],
            member=members[who],
            project=lamp if charged else None,
            started_at=day,
            ended_at=day + timedelta(minutes=minutes),
            busy_seconds=busy * 60.0,
            energy_wh=energy,
        )
        if material:
            whole = Decimal(amount)
            use_material(session=row, material=materials[material], amount=whole, by=members[who], now=now)
