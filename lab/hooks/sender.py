"""The worker's postman: no hook waits for another one, and messages of one hook go in their order."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from lab.hooks import http, outbox, signing
from lab.models import Delivery, Hook

AT_ONCE = 8  # hooks that are talked to at the same time
Tried = tuple[Delivery, http.Answer | None, datetime]
log = logging.getLogger("hooks")


class Sender:
    """`round` sends what is due and notes what became of what it sent before; `paused` hears of a hook."""

    def __init__(self, paused: Callable[[Hook, datetime], None]) -> None:
        self._paused = paused
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hooks")
        self._busy: dict[int, Future[list[Tried]]] = {}

    def round(self, *, now: datetime) -> int:
        """How many tries were noted."""
        noted = self._note()
        if len(self._busy) < AT_ONCE:
            for hook, rows in outbox.claim(now=now, besides=list(self._busy)).items():
                self._busy[hook] = self._pool.submit(_send, rows)
        return noted

    def drain(self) -> None:
        """Wait for what is under way, and note it."""
        for future in list(self._busy.values()):
            future.exception()
        self._note()

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _note(self) -> int:
        noted = 0
        for hook, future in list(self._busy.items()):
            if not future.done():
                continue
            for row, answer, at in future.result():
                if answer is None:
                    outbox.put_back([row], now=at)
                    continue
                paused = outbox.settle(row, answer, now=at)
                noted += 1
                if paused is not None:
                    log.warning("%s is paused: %s", paused, answer.trouble)
                    self._paused(paused, at)
            del self._busy[hook]
        return noted


def _send(rows: list[Delivery]) -> list[Tried]:
    """Until one finds nobody there: the others are not even tried."""
    tried: list[Tried] = []
    silent = False
    for row in rows:
        answer = None if silent else _post(row)
        silent = answer is None or (bool(answer.trouble) and (answer.status or 500) >= 500)
        tried.append((row, answer, timezone.now()))
    return tried


def _post(row: Delivery) -> http.Answer:
    now, body = timezone.now(), row.payload.encode()
    keys = row.hook.keys(now)
    signed = signing.headers(message=row.message, at=int(now.timestamp()), body=body, keys=keys)
    return http.post(row.hook.url, body=body, headers=signed, networks=settings.HOOK_NETWORKS)
