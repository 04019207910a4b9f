"""`python -m lab worker`: the sweeps, every few seconds, for as long as the lab runs."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from booking import sweeps
from booking.alarms.picture import AlarmPicture
from booking.alarms.telling import tell_due
from booking.alarms.watch import Watch
from devices.rhythms import Rhythms
from lab import bus

EVERY = 2.0
AT_ONCE = 0.5  # so long may freed time lie about before it is offered
Sweep = Callable[[datetime], object]
log = logging.getLogger("worker")


class Command(BaseCommand):
    """Run the sweeps until told to stop."""

    help = (
        "Do what time alone asks for: end sessions and bookings, offer free time, refresh the live pictures."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self._troubled: set[str] = set()
        self._alarms, self._alarm_picture = Watch(), AlarmPicture()
        self._rhythms = Rhythms()
        pictures, offers, hits = sweeps.Pictures(), sweeps.Offers(), sweeps.Hits()
        forgetting, upkeeps = sweeps.Forgetting(), sweeps.Upkeeps()
        energy = sweeps.Energy()
        log.info("sweeping every %s s", EVERY)
        due, posting, home = time.monotonic(), sweeps.Hooks(), sweeps.HomeAssistant()
        posting.start()
        while not stop.is_set():
            if time.monotonic() >= due:
                due = time.monotonic() + EVERY
                self._try("hits", lambda now: hits.sweep(now=now))
                self._round(pictures)
                self._try("upkeep", lambda now: upkeeps.sweep(now=now))
                self._try("energy", lambda now: energy.sweep(now=now))
                self._try("what is forgotten", lambda now: forgetting.sweep(now=now))
                self._try("home assistant", lambda now: home.sweep(now=now))
            self._try("offers", lambda now: offers.sweep(now=now))
            stop.wait(AT_ONCE)
        posting.stop()

    def _round(self, pictures: sweeps.Pictures) -> None:
        self._try("sessions joined", lambda now: sweeps.join_bookings(now=now))
        self._try("sessions ended", lambda now: sweeps.end_sessions(now=now))
        self._try("next ones warned", lambda now: sweeps.warn_next(now=now))
        self._try("presences", lambda now: sweeps.leave_at_closing(now=now))
        self._try("bookings begun", lambda now: sweeps.settle_begun(now=now))
        self._try("bookings left", lambda now: sweeps.finish_left(now=now))
        self._try("bookings ended", lambda now: sweeps.end_bookings(now=now))
        self._try("requests", lambda now: sweeps.decline_late(now=now))
        self._try("offers lapsed", lambda now: sweeps.lapse_offers(now=now))
        self._try("rhythms", lambda now: self._rhythms.sweep(now=now))
        self._try("alarms", lambda now: self._alarms.sweep(now=now))
        self._try("alarms told", lambda now: tell_due(now=now))
        self._try("reminders", lambda now: sweeps.remind(now=now))
        self._try("mails", lambda now: sweeps.enqueue_mails(now=now))
        self._try("prices", lambda now: sweeps.price_sessions())
        self._try("old tasks", lambda now: sweeps.forget_tasks(now=now))
        self._try("pictures", lambda now: _show(pictures, now))
        self._try("picture of alarms", lambda now: _show(self._alarm_picture, now))

    def _try(self, name: str, sweep: Sweep) -> None:
        """One that fails keeps none of the others back; it looks at everything again the next time."""
        try:
            sweep(timezone.now())
            self._troubled.discard(name)
        except DatabaseError as error:
            log.warning("%s: the database does not answer: %s", name, error)
            close_old_connections()
        except Exception:
            if name not in self._troubled:  # a lasting trouble is told once
                log.exception("the sweep of %s failed", name)
            self._troubled.add(name)


def _show(pictures: sweeps.Pictures | AlarmPicture, now: datetime) -> None:
    if bus.is_up(patience=AT_ONCE):  # freed time does not wait for a broker
        pictures.publish(now=now)
    else:
        pictures.forget()
