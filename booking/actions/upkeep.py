"""Maintenance is signed off, put off, counted anew; what is overdue is told once and may stop a machine."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from booking.actions import outages
from booking.actions.tell import tell_managers
from booking.models import HourMark, Notice, Upkeep, UpkeepCheck, UpkeepPlan, UpkeepVisit
from booking.queries.upkeep import Standings, counter, missing, standing
from booking.rules.upkeep import Standing
from lab.lab_time import iso
from lab.models import Member, Resource

What = UpkeepVisit.What


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one task."""

    text: str
    done: bool
    unit: str = ""
    value: float | None = None
    note: str = ""


def spread(plan: UpkeepPlan, *, now: datetime, hours_before: float = 0, since: datetime | None = None) -> int:
    """Begin to count wherever the plan holds and nothing is counted yet; at how many resources."""
    rows = [
        Upkeep(plan=plan, resource=resource, since=since or now, hours_before=hours_before)
        for resource in missing(plan)
    ]
    Upkeep.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def sign_off(
    *,
    upkeep: Upkeep,
    by: Member,
    now: datetime,
    checks: Iterable[Checked],
    note: str = "",
    shown: float | None = None,
) -> UpkeepVisit:
    """It is done: it counts anew from now on, and a machine that it had stopped works again.

    `shown` is what the machine's own hour counter shows.
    """
    _hold(upkeep)
    if shown is not None:
        HourMark.objects.create(resource=upkeep.resource, at=now, hours=shown, by=by)
    visit = _visit(upkeep, What.DONE, by, now, note=note)
    UpkeepCheck.objects.bulk_create(
        UpkeepCheck(visit=visit, text=one.text, done=one.done, value=one.value, unit=one.unit, note=one.note)
        for one in checks
    )
    upkeep.since, upkeep.hours_before = now, 0
    upkeep.until_hours = upkeep.until = None
    _next_round(upkeep, by, now)
    return visit


@transaction.atomic
def postpone(
    *,
    upkeep: Upkeep,
    by: Member,
    now: datetime,
    reason: str,
    until_hours: float | None = None,
    until: datetime | None = None,
) -> UpkeepVisit:
    """It has time until so many hours since the last time, until a moment, or both."""
    _hold(upkeep)
    upkeep.until_hours, upkeep.until = until_hours, until
    visit = _visit(upkeep, What.POSTPONED, by, now, note=reason)
    _next_round(upkeep, by, now)
    return visit


@transaction.atomic
def count_from(*, upkeep: Upkeep, by: Member, now: datetime, hours: float, note: str = "") -> UpkeepVisit:
    """So many hours of work lie behind it since the last time, whatever was counted until now."""
    _hold(upkeep)
    upkeep.hours_before += hours - standing(upkeep, now=now).hours
    upkeep.save(update_fields=["hours_before"])
    visit = _visit(upkeep, What.COUNTED, by, now, note=note)
    _next_round(upkeep, by, now)
    return visit


def mark_hours(*, resource: Resource, hours: float, by: Member, now: datetime, note: str = "") -> HourMark:
    """What the machine's own counter shows now: read, or of a new one."""
    return HourMark.objects.create(resource=resource, at=now, hours=hours, by=by, note=note)


@transaction.atomic
def keep(found: Standings, *, now: datetime) -> bool:
    """Tell managers once that it is due soon or overdue; stop the machine, or let it go, as the plan says.

    Whether something was done. A manager who ends the outage decides so until the next round.
    """
    upkeep, plan = found.upkeep, found.upkeep.plan
    told = found.due.standing is not Standing.FINE and _tell(found, now)
    if found.overdue and plan.stops and upkeep.outage is None:
        return _stop(upkeep, now) or told
    if upkeep.outage is not None and not (found.overdue and plan.stops):
        _release(upkeep, None, now)
        Upkeep.objects.filter(pk=upkeep.pk).update(outage=None)
        return True
    return told


@transaction.atomic
def give_up(*, plan: UpkeepPlan, by: Member, now: datetime) -> None:
    """Nothing is due by this plan any more; its history stays."""
    plan.retired_at = now
    plan.save(update_fields=["retired_at"])
    for upkeep in plan.upkeeps.select_related("outage", "resource", "plan"):
        _settle(upkeep, now)
        _release(upkeep, by, now)
    plan.upkeeps.update(outage=None)


def _hold(upkeep: Upkeep) -> None:
    """As it is now, and nobody else changes it meanwhile."""
    upkeep.refresh_from_db(from_queryset=Upkeep.objects.select_for_update(of=("self",)))


def _visit(upkeep: Upkeep, what: UpkeepVisit.What, by: Member, now: datetime, *, note: str) -> UpkeepVisit:
    return UpkeepVisit.objects.create(
        upkeep=upkeep,
        what=what,
        at=now,
        by=by,
        hours=standing(upkeep, now=now).hours,
        counter=counter(upkeep.resource, now=now),
        until_hours=upkeep.until_hours if what == What.POSTPONED else None,
        until=upkeep.until if what == What.POSTPONED else None,
        note=note,
    )


def _next_round(upkeep: Upkeep, by: Member, now: datetime) -> None:
    _settle(upkeep, now)
    upkeep.round += 1
    upkeep.save()
    if not (standing(upkeep, now=now).overdue and upkeep.plan.stops):
        _release(upkeep, by, now)
        upkeep.outage = None
        upkeep.save(update_fields=["outage"])


def _stop(upkeep: Upkeep, now: datetime) -> bool:
    """Out of service, unless it is so for another reason already: then as soon as that is over."""
    with translation.override(settings.LANGUAGE_CODE):  # everybody reads it
        reason = _("Maintenance: {plan}").format(plan=upkeep.plan.name)
    with suppress(outages.Overlaps):
        outage = outages.declare(resource=upkeep.resource, reason=reason, by=None, now=now)
        Upkeep.objects.filter(pk=upkeep.pk).update(outage=outage)
        return True
    return False


def _release(upkeep: Upkeep, by: Member | None, now: datetime) -> None:
    outage = upkeep.outage
    if outage is not None and (outage.ends_at is None or outage.ends_at > now):
        outages.end(outage=outage, by=by, now=now)


def _tell(found: Standings, now: datetime) -> bool:
    """Whether it was news."""
    upkeep, kind = found.upkeep, Notice.Kind.UPKEEP
    key = f"{_key(upkeep)}:{found.due.standing}"
    if Notice.objects.filter(key__startswith=f"{kind}:{key}:").exists():
        return False
    data: dict[str, Any] = {
        "resources": [upkeep.resource.slug],
        "upkeep": upkeep.pk,
        "plan": upkeep.plan.name,
        "standing": str(found.due.standing),
        "hours_left": found.due.hours_left,
        "due_at": iso(found.due.at),
        "stops": upkeep.plan.stops,
    }
    tell_managers(kind, key=key, now=now, data=data)
    return True


def _settle(upkeep: Upkeep, now: datetime) -> None:
    """Nobody else has to look at this round any more."""
    asked = Notice.objects.filter(key__startswith=f"{Notice.Kind.UPKEEP}:{_key(upkeep)}:")
    asked.filter(read_at=None).update(read_at=now)
    asked.filter(mailed_at=None).update(mail_after=None)


def _key(upkeep: Upkeep) -> str:
    return f"{upkeep.pk}:{upkeep.round}"
