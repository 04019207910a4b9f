"""Zones with their hours, doors, certifications and their trainings, tariffs, resources with their rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import NamedTuple

MONDAY, TUESDAY, THURSDAY, FRIDAY, SATURDAY = 0, 1, 3, 4, 5


class ZoneRow(NamedTuple):
    slug: str
    name: str
    name_en: str
    capacity: int
    last_day: int  # open from Monday to this weekday
    opens: time
    closes: time
    holidays: str = ""


class DoorRow(NamedTuple):
    slug: str
    zone: str
    name: str
    name_en: str


class CertificationRow(NamedTuple):
    slug: str
    name: str
    name_en: str
    training_weekday: int  # of next week
    training_at: time
    training_place: str


class TariffRow(NamedTuple):
    slug: str
    name: str
    name_en: str
    credits_per_hour: str


@dataclass(frozen=True)
class ResourceRow:
    slug: str
    name: str
    name_en: str
    kind: str
    zone: str
    description: str
    description_en: str
    units: int = 1
    certification: str | None = None
    always_open: bool = False
    quota: int | None = None  # minutes a member and day
    idle_below_w: float | None = None
    busy_above_w: float | None = None
    outage: str = ""
    listed: bool = True
    tariff: str | None = None
    links: tuple[tuple[str, str], ...] = ()  # another resource, and why
    rules: Mapping[str, int | bool] = field(default_factory=dict)


ZONES = (
    ZoneRow("fablab", "Fablab", "Fablab", 40, SATURDAY, time(9), time(20)),
    ZoneRow("rfid-centre", "Centre RFID", "RFID centre", 20, FRIDAY, time(8, 30), time(18, 30)),
    ZoneRow("carrefour", "Carrefour", "Crossroads", 60, SATURDAY, time(8), time(22), "FR-57"),
)

DOORS = (
    DoorRow("door-fablab", "fablab", "Porte du Fablab", "Fablab door"),
    DoorRow("door-rfid", "rfid-centre", "Porte du Centre RFID", "RFID centre door"),
)

CERTIFICATIONS = (
    CertificationRow("laser", "Découpe laser", "Laser cutting", THURSDAY, time(14), "Fablab, établi central"),
    CertificationRow("cnc", "Fraisage CNC", "CNC milling", TUESDAY, time(10), "Fablab, atelier bois"),
)

TARIFFS = (
    TariffRow("bench", "Banc de mesure", "Measuring bench", "5"),
    TariffRow("operator", "Accompagnement", "Assistance", "20"),
)

# What a kind allows; the resources that are named in the docs stay as plain as they are there.
KIND_RULES: Mapping[str, Mapping[str, bool]] = {"printer": {"overnight": True, "unattended": True}}

RESOURCES = (
    ResourceRow(
        "laser-1", "Découpeuse laser 1", "Laser cutter 1", "machine", "fablab",
        "CO₂ 80 W, plateau 900 × 600 mm. Bois, papier, acrylique ; jamais de PVC.",
        "CO₂ 80 W, 900 × 600 mm bed. Wood, paper, acrylic; never PVC.",
        certification="laser", idle_below_w=200, busy_above_w=400,
    ),
    ResourceRow(
        "laser-2", "Découpeuse laser 2", "Laser cutter 2", "machine", "fablab",
        "CO₂ 60 W, plateau 600 × 400 mm, gravure fine.",
        "CO₂ 60 W, 600 × 400 mm bed, fine engraving.",
        certification="laser", idle_below_w=200, busy_above_w=400,
    ),
    *(
        ResourceRow(
            f"printer-{n}", f"Imprimante 3D {n}", f"3D printer {n}", "printer", "fablab",
            "Filament 1,75 mm, volume 250 × 210 × 220 mm.", "1.75 mm filament, 250 × 210 × 220 mm.",
            idle_below_w=25, busy_above_w=40,
        )
        for n in range(1, 5)
    ),
    ResourceRow(
        "cnc-1", "Fraiseuse CNC 1", "CNC router 1", "machine", "fablab",
        "Bois et plastiques, 1 200 × 800 mm. Deux heures par personne et par jour.",
        "Wood and plastics, 1,200 × 800 mm. Two hours a person and day.",
        certification="cnc", quota=120, idle_below_w=150, busy_above_w=300,
    ),
    ResourceRow(
        "cnc-2", "Fraiseuse CNC 2", "CNC router 2", "machine", "fablab",
        "Petit format, circuits imprimés et aluminium tendre.",
        "Small bed, circuit boards and soft aluminium.",
        certification="cnc", idle_below_w=150, busy_above_w=300,
    ),
    ResourceRow(
        "vinyl-1", "Découpeuse vinyle", "Vinyl cutter", "machine", "fablab",
        "Autocollants et flocage, laize de 600 mm.", "Stickers and heat transfer, 600 mm wide.",
        outage="Lame à remplacer, pièce commandée",
        rules={"grid_minutes": 30, "max_minutes": 240, "cleanup_minutes": 10},
    ),
    ResourceRow(
        "rfid-bench-1", "Banc RFID UHF", "UHF RFID bench", "bench", "rfid-centre",
        "Lecteur fixe quatre antennes, portique et table tournante.",
        "Fixed reader with four antennas, gate and turntable.",
        links=(("uhf-band", "interference"),),
    ),
    ResourceRow(
        "rfid-bench-2", "Banc RFID UHF mobile", "Mobile UHF RFID bench", "bench", "rfid-centre",
        "Lecteur sur chariot, deux antennes. Une seule mesure UHF à la fois dans la salle.",
        "Reader on a trolley, two antennas. One UHF measurement at a time in the room.",
        tariff="bench", links=(("uhf-band", "interference"),),
        rules={"min_minutes": 30, "grid_minutes": 30, "cleanup_minutes": 10, "cancel_minutes": 120},
    ),
    ResourceRow(
        "uhf-band", "Bande UHF 865–868 MHz", "UHF band 865–868 MHz", "kit", "rfid-centre",
        "Ce que les bancs UHF se partagent.", "What the UHF benches share.",
        always_open=True, listed=False,
    ),
    ResourceRow(
        "solder-1", "Poste de soudure", "Soldering station", "machine", "rfid-centre",
        "Fer régulé, loupe, aspiration des fumées.", "Regulated iron, magnifier, fume extraction.",
        always_open=True, idle_below_w=9, busy_above_w=20,
    ),
    ResourceRow(
        "mocap-studio", "Studio de capture de mouvement", "Motion-capture studio", "studio", "rfid-centre",
        "Douze caméras, volume utile de 6 × 6 m.", "Twelve cameras, 6 × 6 m of usable volume.",
        always_open=True,
    ),
    ResourceRow(
        "mocap-suits", "Combinaisons de capture", "Motion-capture suits", "kit", "rfid-centre",
        "Trois combinaisons à marqueurs, tailles S, M et L.", "Three marker suits, sizes S, M and L.",
        units=3, rules={"setup_minutes": 15, "cleanup_minutes": 30, "max_minutes": 480},
    ),
    ResourceRow(
        "operator", "Opératrice ou opérateur", "Operator", "person", "rfid-centre",
        "Quelqu’un de l’équipe vous accompagne : capture de mouvement, mesures RFID.",
        "Somebody of the team assists you: motion capture, RFID measurements.",
        tariff="operator",
        rules={"approval": True, "min_minutes": 60, "grid_minutes": 30, "notice_minutes": 24 * 60}
        | {"walk_up": False},
    ),
    ResourceRow(
        "desk", "Bureaux partagés", "Shared desks", "desk", "carrefour",
        "Huit places avec écran et prise réseau.", "Eight seats with a screen and a network socket.",
        units=8, always_open=True,
    ),
    ResourceRow(
        "meeting-room", "Salle de réunion", "Meeting room", "room", "carrefour",
        "Douze personnes, écran et visioconférence.", "Twelve people, screen and video conference.",
        always_open=True,
    ),
)  # fmt: skip
