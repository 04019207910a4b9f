"""`python -m lab restore FILE`: the lab as it was when the backup was made."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from lab import backups
from lab.dumps import Broken
from lab.supervisor import ports
from lab.supervisor.house import migrate


class Command(BaseCommand):
    help = "Put back what `backup` wrote; the lab must not run. What was there is kept in a folder beside it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        loader = MigrationLoader(None)
        known = [*loader.disk_migrations]
        for migration in loader.disk_migrations.values():
            known += migration.replaces
        connection.close()
        try:
            with ports.alone(settings.CONFIG.state):
                aside = backups.put_back(
                    options["file"].expanduser().resolve(),
                    state=settings.CONFIG.state,
                    database=connection.settings_dict,
                    vendor=connection.vendor,
                    known={f"{app}.{name}" for app, name in known},
                    now=timezone.now(),
                )
                migrate()
        except ports.Taken:
            raise CommandError(f"A lab runs in {settings.CONFIG.state}: end it first.") from None
        except Broken as broken:
            raise CommandError(str(broken)) from None
        self.stdout.write(f"The lab is as it was in {options['file']}; what was here is in {aside}")
