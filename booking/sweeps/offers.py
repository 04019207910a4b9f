"""The waitlist's part: free time is offered in order, and what nobody takes in time goes on."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime, timedelta

from booking.actions import wait as waiting
from booking.models import Booking, Policy, Wait
from booking.queries import waits
from booking.rules.waiting import GRID
from lab.every import Every
from lab.times import next_step

WHOLE = timedelta(seconds=30)
ANSWER = timedelta(minutes=5)  # nobody is offered what begins before they can answer


def lapse_offers(*, now: datetime) -> int:
    """Offers that nobody took in time are given back; waits whose window is over end."""
    late = Booking.objects.filter(state=Booking.State.HELD, held_until__lte=now).select_related("member")
    lapsed = sum(waiting.lapse(booking=booking, now=now) for booking in late)
    elsewhere = Wait.objects.filter(state=Wait.State.OFFERED).exclude(offer__state=Booking.State.HELD)
    lapsed += sum(waiting.settle(wait=wait) for wait in elsewhere)
    over = Wait.objects.filter(state=Wait.State.WAITING, ends_at__lte=now).select_related("member")
    return lapsed + sum(waiting.give_up(wait=wait, now=now) for wait in over)


def offer_free_time(*, now: datetime) -> int:
    """Offer what is free to those who wait, the first to come first, one offer a member."""
    rows = waits.waiting(now=now)
    if not rows:
        return 0
    answer = min(ANSWER, timedelta(minutes=Policy.current().offer_minutes))
    free = waits.FreeTime(rows, now=now, after=next_step(now + answer, minutes=GRID))
    asked = set(Wait.objects.filter(state=Wait.State.OFFERED).values_list("member", flat=True))
    offered = 0
    for wait in rows:
        found = None if wait.member_id in asked else free.find(wait)
        booking = waiting.offer(wait=wait, resource=found[0], span=found[1], now=now) if found else None
        if booking is not None:
            free.take(booking)
            asked.add(wait.member_id)
            offered += 1
    return offered


class Offers:
    """Looks at the planning only when something changed since the last look, or once in a while."""

    def __init__(self) -> None:
        self._seen: Hashable | None = None
        self._whole = Every(WHOLE)

    def sweep(self, *, now: datetime) -> int:
        """The number of offers made."""
        mark = waits.mark()  # first: what changes while we look is looked at the next time
        if mark is None or (not self._whole.due(now) and mark == self._seen):
            return 0
        self._seen = mark
        return offer_free_time(now=now)
