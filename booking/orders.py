"""An order to a device: judged, then given; the bridge sends it and hears what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from booking.queries.orders import order_facts
from booking.rules.orders import Hindrance, judge_order
from devices import orders
from devices.models import Control, Order
from lab.models import Member


class Hindered(Exception):
    """Nothing was ordered; the hindrances say why."""

    def __init__(self, hindrances: Sequence[Hindrance]) -> None:
        super().__init__(", ".join(hindrances))
        self.hindrances = list(hindrances)


def give(
    *,
    control: Control,
    on: bool,
    by: Member,
    now: datetime,
    reason: str = "",
    insists: bool = False,
    confirmed: bool = False,
) -> Order:
    """Order a device to switch or to restart.

    Raises:
        Hindered: for everything that stands in the way.
    """
    facts = order_facts(control, on=on, by=by, now=now, confirmed=confirmed, insists=insists, reason=reason)
    judged = judge_order(facts)
    if judged.hindrances:
        raise Hindered(judged.hindrances)
    return orders.place(
        control=control, on=on or control.press, by=by, now=now, reason=reason.strip(), doubts=judged.doubts
    )
