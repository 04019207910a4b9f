"""`python -m lab seed_demo`: plants the demonstration lab and writes what its simulator needs."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from booking.demo import house, keepsakes, plant
from booking.demo.accounts import plant_accounts
from booking.demo.alarms import plant_alarm_rules
from booking.demo.bookings import plant_bookings
from booking.demo.cards import plant_cards, plant_faults
from booking.demo.issue import Secrets, issue_devices, issue_people, issue_totems, simulated
from booking.demo.keepsakes import Facts
from booking.demo.past import plant_past
from booking.demo.people import MEMBERS
from booking.demo.places import RESOURCES
from booking.demo.upkeep import plant_upkeep
from lab.supervisor.crew import base_url


class Command(BaseCommand):
    """Make the demo lab; a second run changes nothing."""

    help = "Plant the demonstration lab and write <state>/simulation.json. A second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.CONFIG.state / "simulation.json"
        with transaction.atomic():
            facts = _plant(keepsakes.read(path))
            keepsakes.keep(path, facts)


def _plant(kept: Facts) -> Facts:
    now = timezone.now()
    plant.plant_places()
    house.plant_rules()
    plant.plant_resources(now=now)
    members = plant.plant_members(now=now)
    house.plant_residency(members=members, now=now)
    house.plant_trainings(members=members, now=now)
    devices = plant.plant_devices(by=members["manager"], now=now)
    plant_bookings(members=members, now=now)
    plant_alarm_rules()
    old_people = {**kept.get("accounts", {}), **kept.get("people", {})}
    config = settings.CONFIG
    secrets = Secrets(config.badge_pepper, config.reader_secret, config.card_secret)
    people = issue_people(old_people, members, secrets=secrets)
    issued = issue_devices(kept.get("devices", {}), devices, secrets=secrets)
    cards = plant_cards(kept.get("cards", {}), members=members, secrets=secrets, now=now)
    plant_faults(members=members, now=now)
    totems = issue_totems(kept.get("totems", {}), site=base_url(config))
    past = plant_past(kept.get("past"), members=members, now=now)
    plant_accounts(members=members, now=now)
    plant_upkeep(by=members["manager"], now=now)
    planted = {"devices": issued, "cards": cards, "totems": totems, "past": past}
    return {**_addresses(), **_told(people), **planted}


def _addresses() -> Facts:
    config = settings.CONFIG
    broker = {
        "host": config.broker.host,
        "port": config.broker.port,
        "tls": config.broker.tls,
        "ca": str(config.broker.ca or ""),
    }
    return {"base_url": base_url(config), "mqtt": broker}


def _told(people: dict[str, Facts]) -> Facts:
    """Accounts to sign in with, makers to simulate, and the accounts' badges."""
    accounts = [row for row in MEMBERS if row.account]
    return {
        "accounts": {row.username: people[row.username] for row in accounts},
        "people": {row.username: simulated(row, people[row.username]) for row in MEMBERS if not row.account},
        "badges": [
            {
                "uid": people[row.username]["uid"],
                "member": row.username,
                "certifications": list(row.certifications),
            }
            for row in accounts
        ],
        "resources": [row.slug for row in RESOURCES if row.listed],
    }
