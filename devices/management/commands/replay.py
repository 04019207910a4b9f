"""`python -m lab replay`: the bridge decodes the dead letters again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from devices.bridge import NoAnswer
from devices.replays import replay_letters


class Command(BaseCommand):
    help = "Decode the dead letters again, after a decoder has learnt something."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            done = replay_letters(now=timezone.now())
        except NoAnswer as error:
            raise CommandError(f"the dead letters could not be decoded again: {error}") from None
        print(f"{done.decoded} of {done.read} dead letters decoded")
