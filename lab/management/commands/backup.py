"""`python -m lab backup FILE`: everything that the lab keeps, while it runs."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from lab import backups
from lab.dumps import Broken


class Command(BaseCommand):
    help = "Write everything that the lab keeps into one file; the lab may go on meanwhile."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"].expanduser().resolve()
        applied = MigrationRecorder(connection).applied_migrations()
        if not applied:
            raise CommandError("There is no lab to back up: its database is empty.")
        try:
            names = backups.back_up(
                target,
                state=settings.CONFIG.state,
                database=connection.settings_dict,
                vendor=connection.vendor,
                migrations=sorted(f"{app}.{name}" for app, name in applied),
                now=timezone.now(),
            )
        except Broken as broken:
            raise CommandError(str(broken)) from None
        self.stdout.write(f"{target}: {target.stat().st_size / 1e6:.1f} MB, {', '.join(names)}")
