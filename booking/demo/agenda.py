"""Bookings of the simulated makers, told as a weekly rhythm; the contract's own resources stay free."""

from datetime import time
from typing import NamedTuple

DAYS_AHEAD = 7


class BookingRow(NamedTuple):
    resource: str
    member: str
    weekdays: str  # digits, Monday is 0
    starts: time
    minutes: int
    purpose: str


AGENDA = (
    BookingRow("laser-2", "ines", "0245", time(9, 30), 60, "Façades de boîtiers"),
    BookingRow("laser-2", "thomas", "01345", time(11), 45, "Maquette d’amphithéâtre"),
    BookingRow("laser-2", "ines", "1234", time(14), 90, "Gabarits de câblage"),
    BookingRow("laser-2", "thomas", "0245", time(17), 60, "Signalétique"),
    BookingRow("cnc-2", "karim", "0134", time(9), 90, "Moules de coque"),
    BookingRow("cnc-2", "karim", "1245", time(15), 120, "Circuits imprimés d’antennes"),
    BookingRow("solder-1", "yuna", "01234", time(10), 60, "Cartes capteurs LoRa"),
    BookingRow("solder-1", "victor", "024", time(13, 30), 45, "Étiquettes prototypes"),
    BookingRow("solder-1", "yuna", "134", time(16), 90, "Réparation de lecteurs"),
    BookingRow("solder-1", "yuna", "56", time(20), 90, "Soirée électronique"),
)
