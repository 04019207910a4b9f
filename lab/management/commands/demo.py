"""`python -m lab demo`: a demonstration lab with simulated devices and people."""

from django.core.management import call_command

from lab.supervisor.command import HouseCommand


class Command(HouseCommand):
    help = "Plant the demonstration lab, then run it with its simulator until Ctrl-C."
    simulated = True

    def prepare(self) -> None:
        call_command("seed_demo")
