"""Off, idle and busy over time: noted as it happens, asked for any span."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from devices.models import MachineState
from devices.rules.running import BUSY_DWELL, IDLE_DWELL, SILENT, Levels, State
from lab.models import Resource
from lab.spans import Span

Times = dict[State, timedelta]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a machine does now and since when; `heard` is False where nobody has heard it for a while."""

    state: State
    since: datetime
    heard: bool


def levels_of(resource: Resource) -> Levels | None:
    """By which power this machine is judged; None where nobody has said so yet."""
    if resource.idle_below_w is None or resource.busy_above_w is None:
        return None
    return Levels(
        idle_below=resource.idle_below_w,
        busy_above=resource.busy_above_w,
        off_below=resource.off_below_w,
        busy_after=_seconds(resource.busy_after_s, BUSY_DWELL),
        idle_after=_seconds(resource.idle_after_s, IDLE_DWELL),
    )


@transaction.atomic
def note(*, resource_id: int, state: State, at: datetime) -> None:
    """A machine is in this state from `at` on; to say so twice changes nothing."""
    row = MachineState.objects.select_for_update().filter(resource=resource_id, until=None).first()
    if row is not None:
        if row.state == state and at - row.heard_at <= SILENT:
            row.heard_at = max(row.heard_at, at)
            row.save(update_fields=["heard_at"])
            return
        at = max(at, row.since)
        _close(row, at if at - row.heard_at <= SILENT else row.heard_at)
    MachineState.objects.create(resource_id=resource_id, state=state, since=at, heard_at=at)


@transaction.atomic
def hear(*, resource_ids: Iterable[int], at: datetime) -> None:
    """The meters of these machines still speak; who was silent for long begins a new time in its state."""
    rows = MachineState.objects.filter(resource__in=list(resource_ids), until=None)
    for row in rows.filter(heard_at__lt=at - SILENT).select_for_update():
        _close(row, row.heard_at)
        MachineState.objects.create(resource_id=row.resource_id, state=row.state, since=at, heard_at=at)
    rows.filter(heard_at__lt=at).update(heard_at=at)


def current(resource_ids: Iterable[int] | None, *, now: datetime) -> dict[int, Standing]:
    """The state of these machines (of all, when None) as far as one is known."""
    rows = MachineState.objects.filter(until=None)
    if resource_ids is not None:
        rows = rows.filter(resource__in=list(resource_ids))
    return {
        row.resource_id: Standing(State(row.state), row.since, now - row.heard_at <= SILENT) for row in rows
    }


def state_time(resource_ids: Iterable[int], span: Span, *, now: datetime) -> dict[int, Times]:
    """How long each machine was in each state within a span; what nobody heard is in none."""
    found: dict[int, Times] = defaultdict(lambda: defaultdict(timedelta))
    for row, part in _parts(resource_ids, span, now):
        found[row.resource_id][State(row.state)] += part.length
    return {resource: dict(times) for resource, times in found.items()}


def by_day(resource_id: int, days: Iterable[Span], *, now: datetime) -> list[Times]:
    """The same for one machine and each of these days, in order."""
    spans = sorted(days)
    if not spans:
        return []
    found: list[Times] = [defaultdict(timedelta) for _ in spans]
    for row, part in _parts([resource_id], Span(spans[0].start, spans[-1].end), now):
        for times, day in zip(found, spans, strict=True):
            if common := day.common(part):
                times[State(row.state)] += common.length
    return [dict(times) for times in found]


def _parts(resource_ids: Iterable[int], span: Span, now: datetime) -> Iterator[tuple[MachineState, Span]]:
    rows = MachineState.objects.filter(resource__in=list(resource_ids), since__lt=span.end)
    for row in rows.filter(Q(until=None) | Q(until__gt=span.start)):
        until = row.until or (now if now - row.heard_at <= SILENT else row.heard_at)
        if until > row.since and (part := Span(row.since, until).common(span)):
            yield row, part


def _close(row: MachineState, until: datetime) -> None:
    """What lasted no time at all is forgotten."""
    if until <= row.since:
        row.delete()
    else:
        MachineState.objects.filter(pk=row.pk).update(until=until)


def _seconds(told: int | None, usual: timedelta) -> timedelta:
    return usual if told is None else timedelta(seconds=told)
