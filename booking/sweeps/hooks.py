"""Webhooks in the worker: a thread of their own, since an address may be slow."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from booking.actions.tell import tell_managers
from booking.models import Notice
from booking.sweeps.telling import Telling
from lab.every import Every
from lab.hooks import outbox
from lab.hooks.sender import Sender
from lab.models import Hook

PAUSE = 0.5
TIDY = timedelta(hours=1)
log = logging.getLogger("hooks")


class Hooks:
    """`start` begins to send, `stop` ends after what is under way."""

    def __init__(self) -> None:
        self.sender = Sender(paused=tell_paused)
        self.telling = Telling()
        self._tidy = Every(TIDY)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._live, name="hooks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(2)
        self.sender.close()

    def round(self, *, now: datetime) -> None:
        self.telling.sweep(now=now)
        self.sender.round(now=now)
        if self._tidy.due(now):
            outbox.tidy(now=now)

    def _live(self) -> None:
        while not self._stop.wait(PAUSE):
            try:
                self.round(now=timezone.now())
            except DatabaseError as error:
                log.warning("the database does not answer: %s", error)
                close_old_connections()
            except Exception:
                log.exception("a round of webhooks failed")
                self._stop.wait(30)
        connection.close()


def tell_paused(hook: Hook, now: datetime) -> None:
    """Managers hear once that it is told nothing any more."""
    data = {"hook": hook.pk, "text": str(hook)}
    tell_managers(Notice.Kind.HOOK_PAUSED, key=f"{hook.pk}:{now.timestamp()}", now=now, data=data)
