"""What sessions drew and how long they worked, as what is stored tells it: also what came late.

Level-triggered: energy is asked anew whenever other readings are known of a session's time than at the last
time, so nothing that happens to the bridge or to a device's connection is lost.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from booking.models import UsageSession
from devices import energy, machine_time
from devices.rules.running import State
from lab.spans import Span

OFTEN, AGAIN, SELDOM = 20.0, 40.0, 300.0  # seconds
FRESH = timedelta(minutes=10)
LATE = timedelta(days=8)  # readings that come later change no session any more


class Energy:
    """`sweep` looks at what runs or has just ended often; at the last days now and then, and again soon after
    something was found there: what comes late seldom comes alone.
    """

    def __init__(self) -> None:
        self._often = self._seldom = 0.0

    def sweep(self, *, now: datetime) -> int:
        """How many sessions have other figures now."""
        at, changed = time.monotonic(), 0
        if at >= self._often:
            self._often = at + OFTEN
            rows = UsageSession.objects.filter(Q(ended_at=None) | Q(ended_at__gt=now - FRESH))
            changed += settle_sessions(rows, now=now)
        if at >= self._seldom:
            past = UsageSession.objects.filter(ended_at__gt=now - LATE, ended_at__lte=now - FRESH)
            late = settle_sessions(past, now=now)
            self._seldom = at + (AGAIN if late else SELDOM)
            changed += late
        return changed


def settle_sessions(sessions: Iterable[UsageSession], *, now: datetime) -> int:
    """Ask the store for energy and time at work; how many sessions have other figures now."""
    return sum(_settle(session, now) for session in sessions)


def _settle(session: UsageSession, now: datetime) -> bool:
    end = session.ended_at or now
    if end <= session.started_at:
        return False
    span = Span(session.started_at, end)
    wanted = {**_work(session, span, now), **_energy(session, span)}
    changed = {name: value for name, value in wanted.items() if getattr(session, name) != value}
    return bool(changed) and bool(UsageSession.objects.filter(pk=session.pk).update(**changed))


def _work(session: UsageSession, span: Span, now: datetime) -> dict[str, object]:
    times = machine_time.state_time([session.resource_id], span, now=now).get(session.resource_id)
    if times is None:
        return {}
    return {"busy_seconds": round(times.get(State.BUSY, timedelta()).total_seconds(), 1)}


def _energy(session: UsageSession, span: Span) -> dict[str, object]:
    """Nothing where no other readings are known than the last time; what was known stays known.

    What is told by less than it was measured is better than nothing, but no better than what was known.
    """
    known = energy.readings(session.resource_id, span)
    mark = f"{known} {span.start.timestamp():.0f} {span.end.timestamp():.0f}"
    if not known or mark == session.energy_mark:
        return {}
    told = energy.drawn(session.resource_id, span)
    if told is None:
        return {"energy_mark": mark}
    if told.whole:
        return {"energy_mark": mark, "energy_wh": told.wh}
    return {} if session.energy_mark else {"energy_wh": told.wh}
