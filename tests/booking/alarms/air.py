"""A room sensor whose readings a test tells, and the watch that looks at them."""

from datetime import timedelta

from booking.alarms.telling import tell_due
from booking.alarms.watch import Watch
from devices import actions
from devices.models import Alarm, AlarmRule, AlarmState, Channel
from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.embedded import Batch, Store
from tests import factories
from tests.factories import NOW

SENSOR = "room-1"


def moment(minutes: float):
    return NOW + timedelta(minutes=minutes)


class Air:
    """The store that the bridge writes; `hears` tells until when it listened."""

    def __init__(self, path) -> None:
        self.store = Store(path)
        self.watch = Watch()
        self.device = factories.device(SENSOR, label="Air", online=True, status_at=NOW, expected_interval=60)
        Channel.objects.create(device=self.device, key="temperature", unit="°C")
        self.hears(0)

    def hears(self, minutes: float) -> None:
        actions.beat(name="telemetry", now=moment(minutes))

    def says(
        self, *points: tuple[float, float | str], device: str = SENSOR, channel: str = "temperature"
    ) -> None:
        """Readings of (minutes after NOW, value)."""
        readings = [
            Reading(device, channel, value, "°C", round(moment(at).timestamp() * 1e6) * 1000, True)
            for at, value in points
        ]
        self.store.write(Batch(readings=[readings]))

    def listen(self, start: float, end: float) -> None:
        """The bridge was there all this time."""
        at = start
        while at <= end:
            self.hears(at)
            at += 0.25

    def look(self, minutes: float) -> list[tuple[float, float | None]]:
        """One round; then all alarms that are not the house's, as minutes of being raised and cleared."""
        self.watch.sweep(now=moment(minutes))
        return alarms()

    def restart(self) -> None:
        self.watch = Watch()


def rule(device=None, **facts) -> AlarmRule:
    known = {"condition": "above", "key": "temperature", "limit": 30.0, "severity": "warning"}
    return AlarmRule.objects.create(device=device, **(known | facts))


def alarms() -> list[tuple[float, float | None]]:
    rows = Alarm.objects.filter(rule__house=None).order_by("raised_at", "pk")
    return [(_minutes(row.raised_at), _minutes(row.cleared_at)) for row in rows]


def _minutes(at) -> float | None:
    return None if at is None else round((at - NOW).total_seconds() / 60, 3)


__all__ = ["SENSOR", "Air", "AlarmState", "alarms", "moment", "rule", "tell_due"]
