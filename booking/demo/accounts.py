"""What the demo's members charge to, a price list, and what the week used up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from booking.actions.accounts import begin_project, charge, use_material
from booking.models import Material, UsageSession
from lab.lab_time import lab_zone
from lab.models import Member, Programme, Resource

MATERIALS = (
    ("pla", "Filament PLA", "PLA filament", "g", "0.03"),
    ("petg", "Filament PETG", "PETG filament", "g", "0.04"),
    ("contreplaque-5", "Contreplaqué 5 mm", "Plywood 5 mm", "m²", "14.00"),
    ("pmma-3", "PMMA 3 mm", "Acrylic 3 mm", "m²", "28.50"),
    ("vinyle", "Vinyle", "Vinyl", "m", "2.20"),
)
# On which machines, what a session used up: material and how much of it, in turn.
USED = {
    "laser": (("contreplaque-5", "0.36"), ("pmma-3", "0.12"), ("contreplaque-5", "0.18")),
    "printer": (("pla", "128"), ("petg", "86"), ("pla", "42")),
}
# The maker's own week: what, days ago, hour, minutes.
RAN = (("printer-3", 1, 14, 170), ("rfid-bench-2", 2, 10, 90), ("printer-3", 4, 16, 95))
MOST = 12  # sessions with something noted


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
    _run(members["maker"], now)
    for row in UsageSession.objects.filter(member=members["maker"], resource__kind="printer"):
        charge(session=row, project=lamp)
    _note_material(now)


def _run(maker: Member, now: datetime) -> None:
    resources = {row.slug: row for row in Resource.objects.all()}
    for what, days, hour, minutes in RAN:
        day = now.astimezone(lab_zone()) - timedelta(days=days)
        start = day.replace(hour=hour, minute=0, second=0, microsecond=0)
        end = start + timedelta(minutes=minutes)
        UsageSession.objects.create(resource=resources[what], member=maker, started_at=start, ended_at=end)


def _note_material(now: datetime) -> None:
    """On the newest of the week's sessions, whoever's they are."""
    materials = {row.slug: row for row in Material.objects.all()}
    rows = UsageSession.objects.filter(member__isnull=False, ended_at__isnull=False)
    for number, row in enumerate(rows.select_related("resource", "member").order_by("-started_at")[:MOST]):
        used = USED.get(row.resource.slug.split("-")[0])
        if used is not None and row.member is not None:
            slug, amount = used[number % len(used)]
            whole = Decimal(amount)
            use_material(session=row, material=materials[slug], amount=whole, by=row.member, now=now)
