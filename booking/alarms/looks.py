"""What is so now where no readings tell: silent devices, states of resources, the house itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from booking.alarms.house import HOUSE, Facts, Seen
from booking.house import openings
from booking.live import resource_snapshots
from devices.models import AlarmRule, Device, Service
from devices.queries import DeviceView, views
from devices.rules.alarms import Condition
from devices.rules.freshness import Freshness
from devices.watched import Place, terms_of
from lab.lab_time import lab_zone
from lab.models import Resource

UNHEARD = frozenset({Freshness.SILENT, Freshness.OFFLINE})


class Look(NamedTuple):
    """Is it bad at this place now, or how much of it is there?"""

    place: Place
    bad: bool
    figure: float | None
    about: str = ""


def looks(
    rules: Iterable[AlarmRule], places: Iterable[Place], *, service: Service | None, now: datetime
) -> list[Look]:
    """One for each place of these rules that can be judged now; `places` are those of devices."""
    wanted = list(rules)
    return [
        *_devices([place for place in places if not place.is_channel], service, now),
        *_resources([rule for rule in wanted if rule.condition == Condition.RESOURCE], now),
        *_house([rule for rule in wanted if rule.house], service, now),
    ]


def _devices(places: list[Place], service: Service | None, now: datetime) -> Iterator[Look]:
    if not places or not Facts([], service, now).is_heard:
        return
    rows = Device.objects.filter(pk__in={place.device.pk for place in places if place.device})
    seen = {view.device.pk: view for view in _views(rows, now)}
    for place in places:
        view = seen.get(place.device.pk) if place.device else None
        if view is not None:
            yield Look(place, view.freshness in UNHEARD, None)


def _resources(rules: list[AlarmRule], now: datetime) -> Iterator[Look]:
    if not rules:
        return
    rows = list(Resource.objects.select_related("zone"))
    states = {shown["slug"]: shown["state"] for shown in resource_snapshots(rows, now=now)}
    opening = openings(rows)
    closed = {row.pk for row in rows if opening[row.pk].at(now, lab_zone()) is None}
    for rule in rules:
        for row in rows:
            if rule.resource_id not in {None, row.pk} or rule.kind not in {"", row.kind}:
                continue
            bad = states[row.slug] == rule.word and (not rule.only_closed or row.pk in closed)
            yield Look(Place(rule, f"resource:{row.slug}", terms_of(rule), resource=row), bad, None)


def _house(rules: list[AlarmRule], service: Service | None, now: datetime) -> Iterator[Look]:
    if not rules:
        return
    readers = Device.objects.filter(claimed_at__isnull=False, ignored=False, allow_list__isnull=False)
    facts = Facts(_views(readers, now), service, now)
    for rule in rules:
        known = HOUSE.get(rule.house or "")
        for seen in known.look(facts) if known else ():
            yield Look(_place(rule, seen), seen.bad, seen.figure, seen.about)


def _place(rule: AlarmRule, seen: Seen) -> Place:
    device = seen.view.device if seen.view else None
    return Place(rule, seen.subject, terms_of(rule), device, resource=device.resource if device else None)


def _views(rows: Iterable[Device], now: datetime) -> list[DeviceView]:
    found = Device.objects.filter(pk__in=[row.pk for row in rows])
    found = found.select_related("resource", "door", "zone", "allow_list").prefetch_related("channels")
    return views(found, now=now)
