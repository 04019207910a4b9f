"""`python -m lab card_keys UID`: the keys that make a blank NTAG 424 DNA a card of this lab."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from devices.card_keys import app_key, file_key, meta_key

UID_LENGTH = 7


class Command(BaseCommand):
    """Print what to write into a card; nothing is kept, as every key can be derived again."""

    help = "Print the keys to write into an NTAG 424 DNA card with this UID (7 bytes of hex)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("uid")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            uid = bytes.fromhex(options["uid"].replace(":", ""))
        except ValueError:
            uid = b""
        if len(uid) != UID_LENGTH:
            raise CommandError("A UID of an NTAG 424 DNA is 7 bytes of hex, such as 04DE5F1EACC040.")
        secret = settings.CONFIG.card_secret
        for number, what, key in (
            (0, "AppMasterKey", app_key(uid, secret)),
            (1, "SDMMetaRead", meta_key(secret)),
            (2, "SDMFileRead", file_key(uid, secret)),
        ):
            self.stdout.write(f"key {number}  {what:<12}  {key.hex().upper()}")
