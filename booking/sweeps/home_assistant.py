"""Resources published for Home Assistant, while the lab wants that: retained, and taken away again."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from booking import live
from booking.house import house
from booking.rules import home_assistant as rules
from booking.rules.home_assistant import Shown
from devices import history, queries
from devices.models import Channel
from lab import bus, states
from lab.every import Every
from lab.models import Resource

FILTERS = ("homeassistant/device/+/config", f"{rules.ROOT}+")
REFRESH = timedelta(seconds=60)
PATIENCE = 2.0
OLD = timedelta(minutes=5)  # a power that is older is not the present one


class HomeAssistant:
    """Sends what changed, and all of it once in a while; what is no longer wanted is emptied.

    What an earlier process left on the broker is read there: nothing else knows it.
    """

    def __init__(self) -> None:
        self._sent: dict[str, bytes] = {}
        self._whole = Every(REFRESH)
        self._cleared = False

    def sweep(self, *, now: datetime) -> int:
        """How many messages were sent."""
        on = house().policy.home_assistant
        if not on and self._cleared:
            return 0
        if not bus.is_up(patience=0):
            self._whole.at_once()  # what the broker keeps is looked at anew
            return 0
        wanted = messages(now) if on else {}
        known = self._sent
        if self._whole.due(now) or not on:
            kept = bus.look(*FILTERS, patience=PATIENCE)
            known = {topic: payload for topic, payload in kept.items() if rules.is_ours(topic)}
        gone = dict.fromkeys(known.keys() - wanted.keys(), b"")
        changed = {topic: payload for topic, payload in wanted.items() if known.get(topic) != payload}
        for topic, payload in (gone | changed).items():
            bus.send(topic, payload)
        self._sent, self._cleared = wanted, not on
        return len(gone) + len(changed)


def messages(now: datetime) -> dict[str, bytes]:
    """Configuration and state of every listed resource, by topic."""
    rows = list(Resource.objects.filter(listed=True).select_related("zone").order_by("slug"))
    power = _power(rows, now)
    told = {}
    with translation.override(settings.LANGUAGE_CODE):
        for row in rows:
            told[rules.config_topic(row.slug)] = _encode(rules.config(_shown(row, row.pk in power)))
    for snapshot, row in zip(live.resource_snapshots(rows, now=now), rows, strict=True):
        told[rules.state_topic(row.slug)] = _encode(rules.state(snapshot, power.get(row.pk)))
    return told


def _shown(row: Resource, metered: bool) -> Shown:
    words = {
        "busy": _("Busy"),
        "state": _("State"),
        "free": _("Free units"),
        "next": _("Next booking"),
        "power": _("Power"),
    }
    return Shown(
        slug=row.slug,
        name=row.label,
        kind=row.get_kind_display(),
        zone=row.zone.label,
        metered=metered,
        states=tuple(one.code for one in states.RESOURCE),
        words=words,
        site=settings.CONFIG.site,
    )


def _power(rows: list[Resource], now: datetime) -> dict[int, float | None]:
    """What each metered resource draws now; None where its meter has been silent."""
    meters = Channel.objects.filter(key="power", device__resource__in=rows)
    by_name = dict(meters.values_list("device__name", "device__resource"))
    newest = history.last(queries.store(), by_name)
    found: dict[int, float | None] = dict.fromkeys(by_name.values())
    for name, resource in by_name.items():
        told = newest.get(name, {}).get("power")
        if told is not None and isinstance(told.value, float) and now - told.at < OLD:
            found[resource] = told.value
    return found


def _encode(payload: rules.Payload) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
