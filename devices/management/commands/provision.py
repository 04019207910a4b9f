"""`python -m lab provision DEVICE`: a reader's file with its credential and keys, shown once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from devices.enrolment import issue_credential
from devices.models import Device
from devices.provisioning import document
from lab.config import BadSetting, broker_of


class Command(BaseCommand):
    """Print `reader.json` for a reader of a door, a machine or a zone; its old credential ends."""

    help = "Issue a reader's credential and print the file that it is provisioned with, this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("device")
        parser.add_argument("--broker", help="where the reader finds the broker: mqtts://host:8883")
        parser.add_argument("--ca", type=Path, help="the lab's own certificate authority, PEM")
        parser.add_argument("--more", type=json.loads, default={}, help='hardware: {"card": "rc522", …}')

    def handle(self, *args: Any, **options: Any) -> None:
        device = Device.objects.filter(name=options["device"]).select_related("door", "resource").first()
        if device is None or not _reads(device):
            raise CommandError(
                f"{options['device']} is no reader of a door, machine or zone: adopt it first."
            )
        try:
            broker = broker_of(options["broker"]) if options["broker"] else settings.CONFIG.broker
            ca = _authority(options["ca"] or settings.CONFIG.broker.ca) if broker.tls else ""
        except (BadSetting, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from None
        told = document(
            device,
            issue_credential(device=device, now=timezone.now()),
            broker=broker,
            secret=settings.CONFIG.reader_secret,
            language=settings.LANGUAGE_CODE,
            ca=ca,
        )
        self.stdout.write(json.dumps(told | options["more"], indent=1))


def _authority(path: Path | None) -> str:
    """What vouches for the broker; a reader without it would never connect, and its old password be gone."""
    if path is None:
        raise CommandError("A reader over TLS trusts the lab's own authority only: name it with --ca.")
    told = path.read_text()
    if "-----BEGIN CERTIFICATE-----" not in told:
        raise CommandError(f"{path} is no certificate in PEM.")
    return told


def _reads(device: Device) -> bool:
    counts = device.zone_id is not None and device.profile.endswith("reader")
    return device.door is not None or device.resource is not None or counts
