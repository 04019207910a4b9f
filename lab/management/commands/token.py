"""`python -m lab token USER`: a new API token, shown once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lab.models import ApiToken, Member


class Command(BaseCommand):
    """Print a new Bearer token of a member."""

    help = "Make an API token for a member and print it, this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user")
        parser.add_argument("--label", default="command line")

    def handle(self, *args: Any, **options: Any) -> None:
        member = Member.objects.filter(username=options["user"], is_active=True).first()
        if member is None:
            raise CommandError(f"There is no active member {options['user']!r}.")
        self.stdout.write(ApiToken.issue(member, label=options["label"]))
