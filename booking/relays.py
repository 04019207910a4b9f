"""Keeps relays true to their sessions: what is right beside what readers report, and the orders for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db.models import Q
from django.utils import translation

from booking import live
from booking.models import UsageSession
from booking.phrases import lease_text
from booking.rules.leases import Ending, is_held
from booking.rules.relays import OFF_FOR, Reported, Wanted, has_to_go_off, is_off, lease_to_tell
from booking.rules.taps import Reason
from devices.history import Last

REASONS = {
    Ending.BUDDY: Reason.NEEDS_BUDDY,
    Ending.INSTRUCTOR: Reason.NOT_CERTIFIED,
    Ending.TIME: Reason.MACHINE_BUSY,
    Ending.IDLE: Reason.GOODBYE,
}
ON = {"on", "true", "1"}
LONGEST_LEASE = 7 * 86_400.0  # seconds; more than this is nothing that a reader was told

Values = Mapping[str, Last]
Ask = Callable[[Collection[str]], Mapping[str, Values]]


@dataclass(frozen=True, slots=True)
class Order:
    """A relay's new lease in seconds, or off; `text` is for whoever stands before the reader."""

    device: str
    on: bool
    lease: int
    reason: Reason
    text: str
    session: int
    until: datetime | None


def orders(*, ask: Ask, now: datetime, told: Mapping[int, Reason] | None = None) -> list[Order]:
    """Everything that readers have to be told now; `ask` gives the newest values of devices.

    `told` is the reason that was told last of a session, by its key: a new one is told at once.
    """
    ended = Q(ended_at__gt=now - OFF_FOR) & ~Q(ending="")
    rows = _told(Q(ended_at=None) | ended, ask)
    found = (_order(name, row, said, (told or {}).get(row.pk), now) for name, row, said in rows)
    return [order for order in found if order is not None]


def end_switched_off(*, ask: Ask, now: datetime) -> int:
    """Sessions end whose reader has its relay off; how many did."""
    ended = 0
    for _, row, said in _told(Q(ended_at=None), ask):
        if said is not None and is_off(_wanted(row, now), said, now=now):
            open_still = UsageSession.objects.filter(pk=row.pk, ended_at=None, busy_since=row.busy_since)
            if open_still.update(ended_at=said.at, busy_since=None):
                live.publish_resources([row.resource], now=now)
                ended += 1
    return ended


def _told(which: Q, ask: Ask) -> list[tuple[str, UsageSession, Reported | None]]:
    """Each reader with its newest session of these, and what it says of its relay."""
    rows = UsageSession.objects.filter(which, device__isnull=False, badge__isnull=False)
    newest: dict[str, UsageSession] = {}
    for row in rows.select_related("device", "member", "resource").order_by("started_at"):
        if row.device is not None:
            newest[row.device.name] = row
    values = ask(list(newest)) if newest else {}
    return [(name, row, reported(values.get(name, {}))) for name, row in newest.items()]


def note_told(order: Order) -> None:
    """The order has left."""
    UsageSession.objects.filter(pk=order.session).update(told_until=order.until)


def reported(values: Values) -> Reported | None:
    """What a reader's newest values say of its relay."""
    relay, lease, pending = values.get("relay"), values.get("lease"), values.get("pending")
    if relay is None:
        return None
    on = relay.value.lower() in ON if isinstance(relay.value, str) else relay.value > 0
    until = None
    if lease is not None and isinstance(lease.value, float) and lease.at >= relay.at - timedelta(seconds=1):
        until = lease.at + timedelta(seconds=min(max(lease.value, 0.0), LONGEST_LEASE))
    return Reported(on, relay.at, until, alone=pending is not None and pending.value not in (0.0, "0"))


def _wanted(row: UsageSession, now: datetime) -> Wanted:
    return Wanted(
        until=row.lease_until or now,
        told_until=row.told_until,
        started_at=row.started_at,
        held=is_held(row.busy_since, row.heard_at, now=now),
        ended_at=row.ended_at,
    )


def _order(
    name: str, row: UsageSession, said: Reported | None, told: Reason | None, now: datetime
) -> Order | None:
    wanted = _wanted(row, now)
    ending = Ending(row.ending) if row.ending in set(Ending) else None
    if row.ended_at is not None:
        if not has_to_go_off(wanted, said, now=now):
            return None
        return Order(name, False, 0, Reason.GOODBYE, _text(row, ending or Ending.TIME, now), row.pk, None)
    reason = REASONS[ending] if ending else Reason.WELCOME
    warned = replace(wanted, warn=ending is not None and reason != told)
    until = lease_to_tell(warned, said, now=now)
    if until is None:
        return None
    lease = max(ceil((until - now).total_seconds()), 1)
    return Order(name, True, lease, reason, _text(row, ending, now), row.pk, until)


def _text(row: UsageSession, ending: Ending | None, now: datetime) -> str:
    language = row.member.language if row.member else settings.LANGUAGE_CODE
    with translation.override(language):
        return lease_text(ending, row.lease_until, over=row.ended_at is not None)
