"""Where alarm rules look: each rule's places, with what is bad there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from devices.models import AlarmRule, Channel, Device
from devices.rules.alarms import CHANNEL, HOUR, MINUTE, SECOND, USUAL_HOLD, Condition, Terms
from lab.models import Resource

TRUSTED = 5  # intervals for which a value speaks
LEAST_TRUST = MINUTE


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule looks; `subject` tells its places apart."""

    rule: AlarmRule
    subject: str
    terms: Terms
    device: Device | None = None
    channel: Channel | None = None
    resource: Resource | None = None

    @property
    def name(self) -> tuple[int, str]:
        return self.rule.pk, self.subject

    @property
    def is_channel(self) -> bool:
        return self.terms.condition in CHANNEL


def places(rules: Iterable[AlarmRule]) -> list[Place]:
    """The channels and devices that these rules watch; resources and the house are looked at elsewhere."""
    wanted = [rule for rule in rules if rule.condition in CHANNEL or rule.condition == Condition.UNHEARD]
    if not wanted:
        return []
    rows = Device.objects.filter(claimed_at__isnull=False, ignored=False).select_related("resource")
    devices = list(rows.prefetch_related("channels"))
    return [
        place for rule in wanted for device in devices if covers(rule, device) for place in _of(rule, device)
    ]


def covers(rule: AlarmRule, device: Device) -> bool:
    """Does this rule look at this device?"""
    if rule.device_id is not None:
        return rule.device_id == device.pk
    if rule.profile and rule.profile != device.profile:
        return False
    if rule.resource_id is not None:
        return rule.resource_id == device.resource_id
    return not rule.kind or (device.resource is not None and device.resource.kind == rule.kind)


def terms_of(rule: AlarmRule, *, interval: float | None = None) -> Terms:
    """What is bad; `interval` in seconds is how often the channel speaks."""
    return Terms(
        condition=Condition(rule.condition),
        limit=rule.limit or 0.0,
        clear=rule.clear,
        word=rule.word,
        per=HOUR if rule.per == AlarmRule.Per.HOUR else MINUTE,
        hold=rule.hold_seconds * SECOND,
        rest=rule.rest_seconds * SECOND,
        holds=max(round(interval * TRUSTED * SECOND), LEAST_TRUST) if interval else USUAL_HOLD,
    )


def mark(rule: AlarmRule) -> str:
    """Another one whenever what the rule asks for became different."""
    facts = (rule.condition, rule.limit, rule.clear, rule.word, rule.per, rule.only_closed)
    lengths = (rule.hold_seconds, rule.rest_seconds)
    return blake2b(repr((facts, lengths)).encode(), digest_size=16).hexdigest()


def _of(rule: AlarmRule, device: Device) -> Iterator[Place]:
    if rule.condition == Condition.UNHEARD:
        yield Place(rule, device.name, terms_of(rule), device)
        return
    for channel in device.channels.all():
        if channel.key == rule.key:
            terms = terms_of(rule, interval=channel.rhythm or device.expected_interval)
            yield Place(rule, f"{device.name}/{channel.key}", terms, device, channel)
