"""How the maintenance plans stand: hours at work since the last time, what is due when, the hour counters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DurationField, F, OuterRef, Q, QuerySet, Subquery, Sum

from booking.models import HourMark, Upkeep, UpkeepPlan, UsageSession
from booking.rules.upkeep import Due, Standing, UpkeepFacts, due
from lab.lab_time import lab_zone
from lab.models import Resource

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Standings:
    """A plan at a resource, the hours at work since the last time, and what follows from them."""

    upkeep: Upkeep
    hours: float
    due: Due

    @property
    def percent(self) -> int:
        """Of the way; a gauge ends at 100."""
        return min(round(self.due.share * 100), 100)

    @property
    def overdue(self) -> bool:
        return self.due.standing is Standing.OVERDUE

    @property
    def limit(self) -> float | None:
        """The hours at which it is due."""
        return None if self.due.hours_left is None else self.hours + self.due.hours_left


def in_force() -> QuerySet[Upkeep]:
    """Plans where they hold: not given up, and for this resource or its kind."""
    holds = Q(plan__resource=F("resource")) | Q(plan__kind=F("resource__kind"))
    return Upkeep.objects.filter(holds, plan__retired_at=None).select_related(
        "plan", "resource__zone", "outage"
    )


def standings(rows: QuerySet[Upkeep], *, now: datetime) -> list[Standings]:
    """The most urgent first; two queries, however many."""
    counted = list(_counted(rows, "since", now))
    rest = _rest(counted, "since", now)
    found = [_standing(row, rest.get(row.pk, 0.0), now) for row in counted]
    return sorted(found, key=lambda one: (-one.due.share, one.upkeep.resource.slug, one.upkeep.pk))


def standing(upkeep: Upkeep, *, now: datetime) -> Standings:
    """One as it is now."""
    (found,) = standings(
        Upkeep.objects.filter(pk=upkeep.pk).select_related("plan", "resource", "outage"), now=now
    )
    return found


def nearest(resource: Resource, *, now: datetime) -> Standings | None:
    """What comes next at a resource."""
    return next(iter(standings(in_force().filter(resource=resource), now=now)), None)


def counter(resource: Resource, *, now: datetime) -> float | None:
    """What the machine's own hour counter should show by now; None where nobody ever wrote it down."""
    newest = HourMark.objects.filter(resource=resource, at__lte=now).order_by("-at", "-pk")[:1]
    marks = list(
        _counted(HourMark.objects.filter(pk__in=list(newest.values_list("pk", flat=True))), "at", now)
    )
    if not marks:
        return None
    shown: float = marks[0].hours
    return shown + _hours(marks[0]) + _rest(marks, "at", now).get(marks[0].pk, 0.0)


def missing(plan: UpkeepPlan) -> QuerySet[Resource]:
    """Resources that a plan is for and that nothing is counted at yet."""
    rows = (
        Resource.objects.filter(pk=plan.resource_id)
        if plan.resource_id
        else Resource.objects.filter(kind=plan.kind)
    )
    return rows.exclude(upkeeps__plan=plan)


def _standing(row: Any, rest: float, now: datetime) -> Standings:
    plan, hours = row.plan, row.hours_before + _hours(row) + rest
    facts = UpkeepFacts(
        now=now,
        since=row.since,
        hours=hours,
        every_hours=plan.every_hours,
        every=plan.every,
        months=plan.period == UpkeepPlan.Period.MONTH,
        warn_percent=plan.warn_percent,
        until_hours=row.until_hours,
        until=row.until,
    )
    return Standings(row, hours, due(facts, lab_zone()))


def _counted(rows: QuerySet[Any], since: str, now: datetime) -> QuerySet[Any]:
    """With the time of the sessions that began since and are over: at work, or held where no meter tells."""
    sessions = UsageSession.objects.order_by().filter(
        resource=OuterRef("resource"), started_at__gte=OuterRef(since), ended_at__lte=now
    )
    measured = sessions.values("resource").annotate(total=Sum("busy_seconds")).values("total")
    length = Sum(F("ended_at") - F("started_at"), output_field=DurationField())
    held = sessions.filter(busy_seconds=None).values("resource").annotate(total=length).values("total")
    counted: QuerySet[Any] = rows.annotate(
        measured_s=Subquery(measured), held_time=Subquery(held, output_field=DurationField())
    )
    return counted


def _hours(row: Any) -> float:
    held: timedelta = row.held_time or timedelta(0)
    return ((row.measured_s or 0.0) + held.total_seconds()) / HOUR


def _rest(rows: Iterable[Any], since: str, now: datetime) -> dict[int, float]:
    """Hours of the sessions that go on, and of those that had begun before: these by their share, by key."""
    wanted = list(rows)
    going_on = Q(ended_at=None) | Q(ended_at__gt=now)
    around = going_on & Q(started_at__lt=now, resource__in={row.resource_id for row in wanted})
    for row in wanted:
        start = getattr(row, since)
        around |= Q(resource=row.resource_id, started_at__lt=start, ended_at__gt=start)
    sessions = list(UsageSession.objects.order_by().filter(around)) if wanted else []
    return {
        row.pk: sum(
            _part(one, getattr(row, since), now) for one in sessions if one.resource_id == row.resource_id
        )
        for row in wanted
    }


def _part(session: UsageSession, since: datetime, now: datetime) -> float:
    end = min(session.ended_at or now, now)
    if session.ended_at is not None and session.ended_at <= now and session.started_at >= since:
        return 0.0  # counted with the others
    held = max(((session.ended_at or now) - session.started_at).total_seconds(), 0.0)
    if held == 0:
        return 0.0
    share = max((end - max(since, session.started_at)).total_seconds(), 0.0) / held
    return (held if session.busy_seconds is None else session.busy_seconds) * share / HOUR
