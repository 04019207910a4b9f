"""`python -m lab simulate`: a lab of honest MQTT and HTTP clients, for demos, tests and development."""

import asyncio
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from devices.simulation.lab import Options, run
from devices.simulation.mischief import ALL
from devices.simulation.plan import BadPlan, load


class Command(BaseCommand):
    help = "Run the simulated lab against the servers that <state>/simulation.json names."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--file", type=Path, help="the simulation file (<state>/simulation.json)")
        parser.add_argument("--base-url", help="the web server, such as http://127.0.0.1:8000")
        parser.add_argument("--mqtt-host")
        parser.add_argument("--mqtt-port", type=int)
        parser.add_argument("--speed", type=float, default=1.0, help="60: a lab minute takes a second")
        parser.add_argument("--seed", default="1", help="another seed, another day")
        parser.add_argument("--misbehave", default="", help=f"some of {','.join(ALL)}")
        parser.add_argument("--only", action="append", default=[], metavar="DEVICE")
        parser.add_argument("--no-people", action="store_true")

    def handle(self, **options: Any) -> None:
        try:
            plan = load(options["file"] or settings.CONFIG.state / "simulation.json", overrides=options)
        except BadPlan as error:
            raise CommandError(str(error)) from error
        asyncio.run(run(plan, _checked(options, {device.name for device in plan.devices})))


def _checked(options: dict[str, Any], devices: set[str]) -> Options:
    misbehave = tuple(kind for kind in options["misbehave"].split(",") if kind)
    for name, given, known in (
        ("--misbehave", set(misbehave), set(ALL)),
        ("--only", set(options["only"]), devices),
    ):
        if given - known:
            raise CommandError(
                f"{name}: {', '.join(sorted(given - known))} is none of {', '.join(sorted(known))}"
            )
    if not options["speed"] > 0:
        raise CommandError("--speed must be above 0")
    return Options(
        speed=options["speed"],
        seed=options["seed"],
        misbehave=misbehave,
        only=tuple(options["only"]),
        people=not options["no_people"],
    )
