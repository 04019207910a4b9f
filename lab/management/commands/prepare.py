"""`python -m lab prepare`: what a real lab needs before its processes start."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lab import administrator
from lab.supervisor.house import migrate


class Command(BaseCommand):
    help = "Bring the database up to date and make the first administrator, as `run` does."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        migrate()
        try:
            name = administrator.ensure()
        except administrator.NoAdministrator as nobody:
            raise CommandError(str(nobody)) from None
        except KeyboardInterrupt:
            sys.exit(130)
        if name:
            self.stdout.write(f"The first administrator is {name}.")
