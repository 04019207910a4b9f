"""`python -m lab broker`: the embedded broker; passwords and rights come from the device table."""

import asyncio
import logging
import shutil
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils import timezone

from devices.broker.accounts import Account
from devices.broker.attendance import Attendance
from devices.broker.embedded import Server
from devices.broker.engine import Watch, run_amqtt, run_mosquitto
from devices.broker.mosquitto import Mosquitto
from devices.broker.roster import roster
from devices.credentials import hash_password


class Command(BaseCommand):
    help = "Run the embedded MQTT broker: mosquitto if it is on the PATH, else amqtt."
    requires_system_checks: list[str] = []  # three quarters of its start: a fallen one must be back at once

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--engine", choices=("auto", "mosquitto", "amqtt"), default="auto")

    def handle(self, *args: Any, engine: str, **options: Any) -> None:
        config = settings.CONFIG
        logging.getLogger("amqtt").setLevel(logging.ERROR)
        logging.getLogger("transitions").setLevel(logging.ERROR)
        service = Account(
            config.broker.username, hash_password(config.broker.password), profile="service", service=True
        )
        seen = Attendance(timezone.now)
        watch = Watch(lambda: roster(service, now=timezone.now(), attendance=seen), errors=(DatabaseError,))
        program = None if engine == "amqtt" else shutil.which("mosquitto")
        if program is None and engine == "mosquitto":
            sys.exit("etabli: mosquitto is not on the PATH")
        if program:
            folder = config.state / "broker"
            mosquitto = Mosquitto(
                program=program,
                folder=folder,
                bind=config.bind,
                port=config.mqtt_port,
                listeners=settings.LISTENERS,
                attendance=seen,
            )
            sys.exit(run_mosquitto(mosquitto, watch))
        server = Server(
            bind=config.bind, port=config.mqtt_port, listeners=settings.LISTENERS, attendance=seen
        )
        sys.exit(asyncio.run(run_amqtt(server, watch)))
