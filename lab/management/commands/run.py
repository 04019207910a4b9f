"""`python -m lab run`: a real lab; the first start makes the first administrator."""

from django.core.management import call_command

from lab.supervisor.command import HouseCommand


class Command(HouseCommand):
    help = "Run the lab until Ctrl-C. The first start takes ETABLI_ADMIN and ETABLI_ADMIN_PASSWORD, or asks."

    def prepare(self) -> None:
        call_command("prepare", stdout=self.stdout)
