"""Orders to devices: each is given, sent and closed once; the database tells who comes first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from devices.models import Control, Device, Order
from lab.models import Member

SWITCHED_WITHIN = timedelta(seconds=20)  # a plug answers in one; one that sleeps, at its next report
BACK_WITHIN = timedelta(minutes=2)  # after a restart
Failure = Order.Failure


@dataclass(frozen=True, slots=True)
class Open:
    """An order that is neither done nor failed, as whoever sends it needs it."""

    number: int
    device: str
    key: str
    press: bool
    on: bool
    sent_at: datetime | None
    expires_at: datetime


def place(
    *,
    control: Control,
    on: bool,
    by: Member | None,
    now: datetime,
    reason: str = "",
    doubts: Iterable[str] = (),
) -> Order:
    """Give an order; the same one that is still open is meant, and any other open one is over."""
    with transaction.atomic():
        held = Control.objects.select_for_update().get(pk=control.pk)
        standing = _open().filter(control=held)
        same = standing.filter(on=on, expires_at__gt=now).first()
        if same is not None:
            return same
        standing.update(failed_at=now, failure=Failure.SUPERSEDED)
        return Order.objects.create(
            control=held,
            on=on,
            by=by,
            reason=reason,
            doubts=list(doubts),
            created_at=now,
            expires_at=now + (BACK_WITHIN if held.press else SWITCHED_WITHIN),
        )


def declare(*, device: Device, controls: Iterable[tuple[str, bool]]) -> None:
    """Note what a device obeys, as (key, is it a press?); nobody may order it until a manager says so."""
    known = set(device.controls.values_list("key", flat=True))
    Control.objects.bulk_create(
        [
            Control(device=device, key=key, press=press, confirm=press)
            for key, press in controls
            if key not in known
        ],
        ignore_conflicts=True,
    )


def allow(*, control: Control, who: str, confirm: bool) -> None:
    """Let nobody, managers, or whoever uses it order it from now on."""
    control.who, control.confirm = who, confirm
    control.save(update_fields=["who", "confirm"])


def waiting() -> list[Open]:
    """Every open order, the oldest first."""
    rows = _open().order_by("created_at", "pk").select_related("control__device")
    return [
        Open(
            row.pk,
            row.control.device.name,
            row.control.key,
            row.control.press,
            row.on,
            row.sent_at,
            row.expires_at,
        )
        for row in rows
    ]


def claim(number: int, *, now: datetime) -> bool:
    """Whether the caller is the one who sends it now; nobody sends what is over, or was sent."""
    return bool(_open().filter(pk=number, sent_at=None, expires_at__gt=now).update(sent_at=now))


def finish(number: int, *, at: datetime) -> bool:
    """The device reports what was wanted."""
    return bool(_open().filter(pk=number).exclude(sent_at=None).update(done_at=at))


def fail(number: int, failure: str, *, at: datetime, answer: str = "") -> bool:
    return bool(_open().filter(pk=number).update(failed_at=at, failure=failure, answer=answer[:80]))


def expire(*, now: datetime) -> None:
    """Give up what was not sent, or not reported, in time."""
    late = _open().filter(expires_at__lte=now)
    late.filter(sent_at=None).update(failed_at=now, failure=Failure.LATE)
    late.exclude(sent_at=None).update(failed_at=now, failure=Failure.NO_ANSWER)


def _open() -> QuerySet[Order]:
    return Order.objects.filter(done_at=None, failed_at=None)
