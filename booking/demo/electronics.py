"""Devices: what speaks, in which profile, for what, and how often it should be heard (seconds)."""

from typing import NamedTuple


class DeviceRow(NamedTuple):
    name: str
    profile: str
    label: str
    expected_interval: float
    resource: str | None = None
    door: str | None = None
    zone: str | None = None
    claimed: bool = True


MACHINES = {"laser-1": "laser 1", "laser-2": "laser 2", "cnc-2": "CNC 2", "solder-1": "soudure"}
DEVICES = (
    DeviceRow("door-fablab", "door-reader", "Lecteur de la porte du Fablab", 20, door="door-fablab"),
    DeviceRow("door-rfid", "door-reader", "Lecteur de la porte du Centre RFID", 20, door="door-rfid"),
    DeviceRow("badge-carrefour", "presence-reader", "Lecteur du totem du Carrefour", 20, zone="carrefour"),
    *(
        DeviceRow(f"reader-{slug}", "machine-reader", f"Lecteur, {name}", 20, resource=slug)
        for slug, name in MACHINES.items()
    ),
    *(
        DeviceRow(f"meter-{slug}", "power-meter", f"Compteur, {name}", 2, resource=slug)
        for slug, name in MACHINES.items()
    ),
    *(
        DeviceRow(f"octoprint-{n}", "octoprint", f"OctoPrint {n}", 5, resource=f"printer-{n}")
        for n in range(1, 5)
    ),
    *(
        DeviceRow(f"plug-printer-{n}", "tasmota", f"Prise de l’imprimante {n}", 10, resource=f"printer-{n}")
        for n in range(1, 5)
    ),
    DeviceRow("room-fablab", "room-sensor", "Air du Fablab", 10, zone="fablab"),
    DeviceRow("room-rfid", "room-sensor", "Air du Centre RFID", 10, zone="rfid-centre"),
    DeviceRow("gate-rfid", "zebra", "Portique UHF du banc RFID", 10, resource="rfid-bench-1"),
    DeviceRow("plug-new", "tasmota", "", 10, claimed=False),  # one that waits for a manager
)
