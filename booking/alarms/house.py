"""Alarms that every lab has: made once, then a manager's to change or switch off."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings

from devices import history, letters
from devices.models import AlarmRule, Device, Service
from devices.queries import AWAY, DeviceView, store
from devices.rules.alarms import Condition
from devices.rules.lists import ListState
from lab.models import Totem

HOUR, BEHIND = timedelta(hours=1), timedelta(minutes=10)
Severity = AlarmRule.Severity


class Seen(NamedTuple):
    """Is it bad at this place, or how much of it is there? `about` is what people call the place."""

    subject: str
    bad: bool = False
    figure: float | None = None
    about: str = ""
    view: DeviceView | None = None


class Facts(NamedTuple):
    """What the looks share: readers as they are, and the process that hears devices."""

    readers: list[DeviceView]
    service: Service | None
    now: datetime

    @property
    def is_heard(self) -> bool:
        return self.service is not None and self.now - self.service.seen_at <= AWAY


def _nowhere(_facts: Facts) -> Iterator[Seen]:
    return iter(())


class HouseAlarm(NamedTuple):
    """How such a rule begins, and its look; one with a `key` waits for the channels that say its `word`."""

    severity: AlarmRule.Severity
    look: Callable[[Facts], Iterator[Seen]] = _nowhere
    hold: int = 0
    limit: float | None = None
    clear: float | None = None
    key: str = ""
    word: str = ""


def ensure() -> None:
    """Make those that are not there yet."""
    known = set(AlarmRule.objects.exclude(house=None).values_list("house", flat=True))
    rows = [_row(code, one) for code, one in HOUSE.items() if code not in known]
    if rows:
        AlarmRule.objects.bulk_create(rows, ignore_conflicts=True)


def is_gone(subject: str) -> bool:
    """Is what a house alarm was about no more? A look that can't be made now doesn't say so."""
    kind, _colon, key = subject.partition(":")
    if kind == "totem":
        return not Totem.objects.filter(pk=key, revoked_at=None).exists()
    return bool(subject) and not Device.objects.filter(name=subject, claimed_at__isnull=False).exists()


def _row(code: str, one: HouseAlarm) -> AlarmRule:
    return AlarmRule(
        house=code,
        condition=Condition.EQUALS if one.key else Condition.HOUSE,
        key=one.key,
        word=one.word,
        severity=one.severity,
        hold_seconds=one.hold,
        limit=one.limit,
        clear=one.clear,
    )


def _reader_offline(facts: Facts) -> Iterator[Seen]:
    if not facts.is_heard:  # whether a reader is there is known from the process that is away
        return
    for view in facts.readers:
        yield Seen(view.device.name, view.status == "offline", about=str(view.device), view=view)


def _list_refused(facts: Facts) -> Iterator[Seen]:
    for view in facts.readers:
        if view.listed is not None and view.status == "online":
            bad = view.listed.state not in {ListState.CURRENT, ListState.UNKNOWN}
            yield Seen(view.device.name, bad, about=str(view.device), view=view)


def _totem(facts: Facts) -> Iterator[Seen]:
    for row in Totem.objects.filter(revoked_at=None).exclude(seen_at=None).select_related("zone"):
        yield Seen(f"totem:{row.pk}", bool(row.trouble(facts.now)), about=str(row))


def _letters(facts: Facts) -> Iterator[Seen]:
    found = letters.count(store(), letters.Wanted(start=facts.now - HOUR))
    yield Seen("", figure=float(found))


def _telemetry(facts: Facts) -> Iterator[Seen]:
    if facts.service is None:  # nobody ever listened
        return
    waiting = history.outgoing(store()) if settings.PAST.influx is not None else None
    late = waiting is not None and waiting.oldest is not None and facts.now - waiting.oldest > BEHIND
    yield Seen("", not facts.is_heard or late)


def _disk(_facts: Facts) -> Iterator[Seen]:
    space = shutil.disk_usage(settings.CONFIG.state)
    yield Seen("", figure=round(100 * (1 - space.free / space.total), 1))


HOUSE = {
    "reader_offline": HouseAlarm(Severity.ALARM, _reader_offline, hold=120),
    "tamper": HouseAlarm(Severity.ALARM, key="tamper", word="1"),
    "list_refused": HouseAlarm(Severity.WARNING, _list_refused, hold=300),
    "totem": HouseAlarm(Severity.WARNING, _totem, hold=120),
    "letters": HouseAlarm(Severity.WARNING, _letters, limit=100, clear=20),
    "telemetry": HouseAlarm(Severity.ALARM, _telemetry, hold=60),
    "disk": HouseAlarm(Severity.ALARM, _disk, limit=90, clear=85),
}
