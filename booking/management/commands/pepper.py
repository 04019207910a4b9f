"""`python -m lab pepper`: how many badges are still known by the pepper before this one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from booking.queries.badges import by_pepper


class Command(BaseCommand):
    """Say how far a change of the pepper has come: each badge follows at its next tap."""

    help = "Count the badges known by BADGE_PEPPER, by BADGE_PEPPER_OLD and by neither."

    def handle(self, *args: Any, **options: Any) -> None:
        config = settings.CONFIG
        found = by_pepper(current=config.badge_pepper, older=config.older_pepper)
        self.stdout.write(f"by BADGE_PEPPER: {found.current}")
        self.stdout.write(f"by BADGE_PEPPER_OLD: {found.older} ({found.older_in_use} in use)")
        self.stdout.write(f"by neither, unknown at readers: {found.neither}")
        if config.older_pepper and not found.older_in_use:
            self.stdout.write("BADGE_PEPPER_OLD is needed for nobody who comes: it can be taken away.")
