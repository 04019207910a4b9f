"""The outbox: what is due, what became of it, and what nobody needs any more."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from lab.hooks.http import Answer
from lab.hooks.patience import wait
from lab.models import Delivery, Hook

LEASE = timedelta(minutes=10)  # a try that nobody reports back about is made again
MOST = 10  # for one hook at a time
KEPT = timedelta(days=30)
GONE = 410  # the receiver says that it wants nothing any more
BUSY = (408, 429)
State = Delivery.State

# Nobody is there, or nobody who could take anything: one message knocks, the others wait behind it.
SILENT = Q(status=None) | Q(status__gte=500) | Q(status__in=BUSY)


def claim(*, now: datetime, besides: Collection[int] = ()) -> dict[int, list[Delivery]]:
    """What to send now, by hook, the oldest first; nobody else gets it for the time of a try."""
    waiting = Delivery.objects.filter(state=State.WAITING, hook__enabled=True).exclude(hook__in=besides)
    due = waiting.filter(next_at__lte=now)
    claimed = {}
    for hook in due.order_by().values_list("hook", flat=True).distinct():
        with transaction.atomic():
            rows = due.filter(hook=hook).select_for_update(skip_locked=True, of=("self",))
            knocking = waiting.filter(hook=hook).filter(SILENT).exclude(error="").order_by("-attempts", "pk")
            first = knocking.first()
            rows = rows.filter(pk=first.pk) if first else rows
            found = list(rows.select_related("hook").order_by("created_at", "pk")[: 1 if first else MOST])
            for row in found:
                row.attempts += 1
                row.next_at = now + LEASE
            Delivery.objects.bulk_update(found, ["attempts", "next_at"])
        if found:
            claimed[hook] = found
    return claimed


@transaction.atomic
def settle(row: Delivery, answer: Answer, *, now: datetime) -> Hook | None:
    """Note how it went; the hook when it was paused over this."""
    row.tried_at, row.status, row.error = now, answer.status, answer.trouble
    if not answer.trouble:
        row.state, row.next_at = State.SENT, None
    else:
        after = wait(attempts=row.attempts, dice=random.random(), asked=answer.retry_after)
        row.next_at = None if after is None else now + after
        row.state = State.DEAD if after is None else State.WAITING
    # One that was deleted meanwhile stays deleted.
    fields = {name: getattr(row, name) for name in ("tried_at", "status", "error", "state", "next_at")}
    Delivery.objects.filter(pk=row.pk).update(**fields)
    gone = answer.status == GONE
    if gone or (row.state == State.DEAD and not _taken_since(row)):
        return _pause(row, now)
    return None


def put_back(rows: Iterable[Delivery], *, now: datetime) -> None:
    """These were claimed and not tried."""
    for row in rows:
        Delivery.objects.filter(pk=row.pk, state=State.WAITING).update(attempts=row.attempts - 1, next_at=now)


def failing(hooks: Iterable[Hook]) -> dict[int, datetime]:
    """Since when nobody answers, of those hooks where that is so; by key."""
    rows = Delivery.objects.filter(hook__in=list(hooks), state=State.WAITING).filter(SILENT)
    found: dict[int, datetime] = {}
    for hook, since in rows.exclude(error="").order_by("created_at").values_list("hook", "created_at"):
        found.setdefault(hook, since)
    return found


def tidy(*, now: datetime) -> int:
    """Forget what is over for a month, and what nobody waits for any more."""
    old = Delivery.objects.exclude(state=State.WAITING).filter(created_at__lt=now - KEPT)
    orphans = Delivery.objects.exclude(hook__in=Hook.objects.all())
    return old.delete()[0] + orphans.delete()[0]


def _taken_since(row: Delivery) -> bool:
    return Delivery.objects.filter(hook=row.hook_id, state=State.SENT, tried_at__gt=row.created_at).exists()


def _pause(row: Delivery, now: datetime) -> Hook | None:
    """Tell it no more until a manager wants so; what waits for it is given up."""
    hook: Hook | None = Hook.objects.select_for_update().filter(pk=row.hook_id, enabled=True).first()
    if hook is None:
        return None
    hook.enabled, hook.paused_at = False, now
    hook.save(update_fields=["enabled", "paused_at"])
    Delivery.objects.filter(hook=hook, state=State.WAITING).update(state=State.DEAD, next_at=None)
    return hook
