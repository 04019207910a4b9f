"""`python -m lab worker`: the sweeps, every few seconds, for as long as the lab runs."""

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from booking import sweeps
from lab import bus

EVERY = 2.0
log = logging.getLogger("worker")


class Command(BaseCommand):
    """Run the sweeps until told to stop."""

    help = "Do what time alone asks for: end sessions and bookings, refresh the live pictures."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        pictures = sweeps.Pictures()
        log.info("sweeping every %s s", EVERY)
        while not stop.is_set():
            self._sweep(pictures)
            stop.wait(EVERY)

    def _sweep(self, pictures: sweeps.Pictures) -> None:
        try:
            now = timezone.now()
            sweeps.join_bookings(now=now)
            sweeps.end_sessions(now=now)
            sweeps.end_bookings(now=now)
            if bus.is_up(patience=EVERY):
                pictures.publish(now=now)
            else:
                pictures.forget()
        except DatabaseError as error:
            # The next sweep looks at everything again, so nothing is lost by waiting for it.
            log.warning("the database does not answer: %s", error)
            close_old_connections()
