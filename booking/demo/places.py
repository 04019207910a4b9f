"""Zones with their hours, doors, certifications, resources."""

from dataclasses import dataclass
from datetime import time
from typing import NamedTuple

MONDAY, FRIDAY, SATURDAY = 0, 4, 5


class ZoneRow(NamedTuple):
    slug: str
    name: str
    name_en: str
    capacity: int
    last_day: int  # open from Monday to this weekday
    opens: time
    closes: time


class DoorRow(NamedTuple):
    slug: str
    zone: str
    name: str
    name_en: str


class CertificationRow(NamedTuple):
    slug: str
    name: str
    name_en: str


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


ZONES = (
    ZoneRow("fablab", "Fablab", "Fablab", 40, SATURDAY, time(9), time(20)),
    ZoneRow("rfid-centre", "Centre RFID", "RFID centre", 20, FRIDAY, time(8, 30), time(18, 30)),
    ZoneRow("carrefour", "Carrefour", "Crossroads", 60, SATURDAY, time(8), time(22)),
)

DOORS = (
    DoorRow("door-fablab", "fablab", "Porte du Fablab", "Fablab door"),
    DoorRow("door-rfid", "rfid-centre", "Porte du Centre RFID", "RFID centre door"),
)

CERTIFICATIONS = (
    CertificationRow("laser", "Découpe laser", "Laser cutting"),
    CertificationRow("cnc", "Fraisage CNC", "CNC milling"),
)

RESOURCES = (
    ResourceRow(
        "laser-1", "Découpeuse laser 1", "Laser cutter 1", "machine", "fablab",
        "CO₂ 80 W, plateau 900 × 600 mm. Bois, papier, acrylique ; jamais de PVC.",
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
    ),
    ResourceRow(
        "rfid-bench-1", "Banc RFID UHF", "UHF RFID bench", "bench", "rfid-centre",
        "Lecteur fixe quatre antennes, portique et table tournante.",
        "Fixed reader with four antennas, gate and turntable.",
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
