"""The week before: who worked on what, so that every page has something to tell on the first day.

The figures are not planted: the simulated meters hand in what they measured, and energy and time at work
come from that as they do in a real lab.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from booking.models import Booking, Claim, UsageSession
from devices import curves
from devices.models import MachineState
from devices.queries import store
from devices.rules.running import State
from lab.lab_time import lab_zone
from lab.models import Badge, Member, Resource, Unit

DAYS = 7
OPENS, CLOSES = time(9), time(20)
SUNDAY = 6
TAP = timedelta(minutes=4)  # from the tap to the first watt, and from the last one to the next tap
RESTS = timedelta(minutes=6)
METERS = {
    "laser-1": "meter-laser-1",
    "laser-2": "meter-laser-2",
    "cnc-2": "meter-cnc-2",
    "printer-1": "plug-printer-1",
}


class Turn(NamedTuple):
    """Weekly work; without a member nobody had badged in."""

    resource: str
    member: str | None
    weekdays: str  # digits, Monday is 0
    at: time
    minutes: int
    booked: int = 0  # minutes that were booked; fewer than the work is an overrun


TURNS = (
    Turn("laser-1", "ines", "0245", time(9, 20), 55, 60),
    Turn("laser-1", "thomas", "0134", time(11, 5), 35, 60),
    Turn("laser-1", "ines", "124", time(14, 10), 80, 60),
    Turn("laser-1", None, "25", time(17, 40), 12),
    Turn("laser-2", "thomas", "0124", time(10), 40, 45),
    Turn("laser-2", "ines", "135", time(15, 30), 95, 90),
    Turn("laser-2", "thomas", "24", time(18), 25),
    Turn("cnc-2", "karim", "0134", time(9, 10), 70, 90),
    Turn("cnc-2", "karim", "1245", time(15, 5), 100, 120),
    Turn("printer-1", None, "012345", time(10, 15), 190),
    Turn("printer-1", "lea", "135", time(16), 150, 180),
    Turn("printer-1", "victor", "026", time(21), 420, 480),
)


@dataclass(frozen=True, slots=True)
class Job:
    """A turn on a day."""

    turn: Turn
    start: datetime

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.turn.minutes)


def plant_past(
    kept: Mapping[str, Any] | None, *, members: Mapping[str, Member], now: datetime
) -> Mapping[str, Any]:
    """Plant it in a lab where nothing has run yet; what the simulated meters still have to hand in."""
    if kept is not None:
        return {} if kept and _handed_in(kept) else kept
    if UsageSession.objects.exists():
        return {}
    today = now.astimezone(lab_zone()).date()
    dates = [today - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    jobs = [job for day in dates for job in _jobs(day) if job.end + TAP < now - RESTS]
    resources = {row.slug: row for row in Resource.objects.filter(slug__in=METERS)}
    _plant_sessions(jobs, resources, members)
    for slug, resource in resources.items():
        _plant_states(resource, [job for job in jobs if job.turn.resource == slug], dates, now)
    begins = datetime.combine(dates[0], time(0), lab_zone())
    return {
        METERS[slug]: {
            "from": begins.timestamp(),
            "until": (now - RESTS).timestamp(),
            "on": [[start.timestamp(), end.timestamp()] for start, end in _on(slug, dates)],
            "jobs": [
                [job.start.timestamp(), job.turn.minutes * 60] for job in jobs if job.turn.resource == slug
            ],
        }
        for slug in resources
    }


def _jobs(day: date) -> Iterator[Job]:
    for turn in TURNS:
        if str(day.weekday()) in turn.weekdays:
            yield Job(turn, datetime.combine(day, turn.at, lab_zone()))


def _on(slug: str, dates: list[date]) -> Iterator[tuple[datetime, datetime]]:
    """Machines are switched off for the night; a printer's plug never is."""
    for day in dates:
        if slug.startswith("printer"):
            start = datetime.combine(day, time(0), lab_zone())
            yield start, start + timedelta(days=1)
        elif day.weekday() != SUNDAY:
            yield datetime.combine(day, OPENS, lab_zone()), datetime.combine(day, CLOSES, lab_zone())


def _plant_sessions(
    jobs: list[Job], resources: Mapping[str, Resource], members: Mapping[str, Member]
) -> None:
    badges = {badge.member_id: badge for badge in Badge.objects.filter(member__in=members.values())}
    units = {unit.resource_id: unit for unit in Unit.objects.filter(resource__in=resources.values())}
    sessions = []
    for job in jobs:
        resource, member = resources[job.turn.resource], members.get(job.turn.member or "")
        booking = _book(job, units[resource.pk], member) if member and job.turn.booked else None
        tapped = member is not None and not resource.slug.startswith("printer")
        sessions.append(
            UsageSession(
                resource=resource,
                member=member,
                booking=booking,
                badge=badges.get(member.pk) if member and tapped else None,
                started_at=job.start - TAP if tapped else job.start,
                ended_at=job.end + TAP if tapped else job.end,
                rested_at=job.end,
                heard_at=job.end,
            )
        )
    UsageSession.objects.bulk_create(sessions)


def _book(job: Job, unit: Unit, member: Member) -> Booking:
    starts = job.start - 2 * TAP
    ends = starts + timedelta(minutes=job.turn.booked)
    booking = Booking.objects.create(
        member=member, booked_by=member, starts_at=starts, ends_at=ends, state=Booking.State.DONE
    )
    Booking.objects.filter(pk=booking.pk).update(created_at=starts - timedelta(days=1))
    Claim.objects.create(booking=booking, unit=unit, blocked_from=starts, blocked_until=ends, standing=False)
    return booking


def _plant_states(resource: Resource, jobs: list[Job], dates: list[date], now: datetime) -> None:
    """Off, then idle while it is on, and at work in its jobs; up to a while ago."""
    begins, until = datetime.combine(dates[0], time(0), lab_zone()), now - RESTS
    changes = [(begins, State.OFF)]
    for start, end in _on(resource.slug, dates):
        changes += [(start, State.IDLE), (end, State.OFF)]
    for job in jobs:
        changes = [change for change in changes if not job.start <= change[0] <= job.end]
        changes += [(job.start, State.BUSY), (job.end, State.IDLE)]
    changes.sort(key=lambda change: change[0])
    ends = [*(at for at, _ in changes[1:]), until]
    MachineState.objects.bulk_create(
        MachineState(
            resource=resource, state=state, since=at, until=min(end, until), heard_at=min(end, until)
        )
        for (at, state), end in zip(changes, ends, strict=True)
        if at < min(end, until)
    )


def _handed_in(kept: Mapping[str, Any]) -> bool:
    spans = ((device, int(told["from"] * 1e9), int(told["until"] * 1e9)) for device, told in kept.items())
    return all(curves.heard(store(), [(device, "power")], first, past) for device, first, past in spans)
