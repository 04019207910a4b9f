"""`python -m lab purge`: forget what time has run out for, now; the worker does the same every hour."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from booking.privacy import purge
from booking.privacy.purging import forgotten


class Command(BaseCommand):
    """Say how many of each kind went, or would go."""

    help = "Forget passages, stays, looks, notices and accounts whose time is over."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        now = timezone.now()
        with transaction.atomic():
            names = [member.username for member in forgotten(now=now)]
            gone = purge(now=now)
            transaction.set_rollback(dry_run)
        for what, number in gone.items():
            self.stdout.write(f"{number:8} {what}")
        if names and dry_run:
            self.stdout.write(f"accounts: {', '.join(names)}")
        self.stdout.write("nothing was changed" if dry_run else "done")
