"""What has to be known before a device is switched: who uses what it feeds, and whether that is at work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.models import UsageSession
from booking.queries.changes import has_reader
from booking.rules.leases import is_held
from booking.rules.orders import OrderFacts, Who, may_ask
from devices import history
from devices.models import Control, Device, Order
from devices.queries import store
from devices.rules.running import WORDS, State
from lab.models import Member, Outage

FRESH = timedelta(minutes=5)  # what was said earlier says nothing of now
LISTED = 20
SHOWN = timedelta(hours=1)  # what became of an order is said beside its switch


def order_facts(
    control: Control, *, on: bool, by: Member, now: datetime, confirmed: bool, insists: bool, reason: str
) -> OrderFacts:
    device = control.device
    session = running_on(device)
    own = is_own(session, by)
    return OrderFacts(
        on=on,
        press=control.press,
        manager=by.is_manager,
        who=Who(control.who),
        claimed=device.claimed and not device.revoked,
        online=device.online,
        at_work=_at_work(device, session, now),
        by_badge=device.door_id is not None or _has_reader(device),
        down=device.resource is not None and Outage.objects.at(now).filter(resource=device.resource).exists(),
        own=own,
        others=session is not None and session.member_id is not None and not own,
        confirm=control.confirm,
        confirmed=confirmed,
        insists=insists,
        reason=reason,
    )


def running_on(device: Device) -> UsageSession | None:
    """The session on what the device speaks for."""
    if device.resource_id is None:
        return None
    return UsageSession.objects.filter(resource=device.resource_id, ended_at=None).first()


def is_own(session: UsageSession | None, member: Member) -> bool:
    return session is not None and session.member_id == member.pk


def orders_of(device: Device) -> list[Order]:
    """The newest orders of a device."""
    rows = Order.objects.filter(control__device=device).select_related("control__device", "by")
    return list(rows[:LISTED])


def _has_reader(device: Device) -> bool:
    return device.resource is not None and has_reader([device.resource])


def _at_work(device: Device, session: UsageSession | None, now: datetime) -> bool:
    """A session's meter says so, or any device of the resource now: a job, or heat that needs its fan."""
    if session is not None and is_held(session.busy_since, session.heard_at, now=now):
        return True
    names = [device.name]
    if device.resource_id is not None:
        names += Device.objects.filter(resource=device.resource_id).values_list("name", flat=True)
    most = device.resource.busy_above_w if device.resource else None
    return any(_busy(values, most, now) for values in history.last(store(), names).values())


def _busy(values: dict[str, history.Last], most: float | None, now: datetime) -> bool:
    fresh = {key: last.value for key, last in values.items() if now - last.at <= FRESH}
    power = fresh.get("power")
    return WORDS.get(str(fresh.get("state"))) is State.BUSY or (
        most is not None and isinstance(power, float) and power > most
    )


@dataclass(frozen=True, slots=True)
class Switch:
    """A control as somebody sees it: what the device reports, and the newest order. `may` they order it?"""

    control: Control
    value: history.Value | None
    at: datetime | None
    order: Order | None
    may: bool

    @property
    def reported(self) -> str:
        """on, off, or nothing."""
        return "" if self.value is None else "on" if self.value == 1.0 else "off"


def switches(device: Device, *, reader: Member, now: datetime) -> list[Switch]:
    """Those that this reader may order; a manager sees the others too."""
    own = is_own(running_on(device), reader)
    newest = history.last(store(), [device.name]).get(device.name, {})
    found = []
    for control in device.controls.all():
        may = may_ask(manager=reader.is_manager, who=Who(control.who), own=own)
        if may or reader.is_manager:
            last = None if control.press else newest.get(control.key)
            order = control.orders.select_related("control__device", "by").first()
            recent = order if order and (order.open or now - order.created_at < SHOWN) else None
            found.append(
                Switch(control, last.value if last else None, last.at if last else None, recent, may)
            )
    return found
