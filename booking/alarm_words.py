"""Alarms and their rules in words: what is wrong where, what a rule asks for, how long it lasted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from devices.channel_words import channel_word, reading, seconds, value_word
from devices.models import Alarm, AlarmRule
from devices.models.alarms import HOUSE
from lab import states, times
from lab.models import Resource

Facts = Mapping[str, Any]
Condition = AlarmRule.Condition

HOUSE_ABOUT = {
    "reader_offline": gettext_lazy("A reader of a door or a machine is not heard any more."),
    "tamper": gettext_lazy("A reader or sensor that can tell says that its case is open, however short."),
    "list_refused": gettext_lazy(
        "A reader that should decide alone has an old list, or refuses the new one."
    ),
    "totem": gettext_lazy("A paired screen shows a day that is not today, or says nothing for 5 minutes."),
    "letters": gettext_lazy("Messages of devices that nobody understood, counted over the last hour."),
    "telemetry": gettext_lazy("The process that hears devices is away, or the server of series is behind."),
    "disk": gettext_lazy("Where the lab keeps its data; full, nothing can be kept any more."),
}
SENTENCES = {
    Condition.ABOVE: gettext_lazy("{what} above {limit}"),
    Condition.BELOW: gettext_lazy("{what} below {limit}"),
    Condition.RISES: gettext_lazy("{what} rises by more than {limit} {per}"),
    Condition.FALLS: gettext_lazy("{what} falls by more than {limit} {per}"),
    Condition.EQUALS: gettext_lazy("{what} says “{word}”"),
    Condition.ABSENT: gettext_lazy("{what}: no reading"),
    Condition.UNHEARD: gettext_lazy("Silent or offline"),
}
FIGURES = {
    "letters": gettext_lazy("more than {limit} an hour"),
    "disk": gettext_lazy("more than {limit} % full"),
}
EVERYTHING = pgettext_lazy("alarm", "all devices")


def title(facts: Facts, key: str) -> str:
    """What is wrong, in the name that a manager gave it or in the words of its rule."""
    if facts.get("label"):
        return str(facts["label"])
    if facts.get("house"):
        return str(HOUSE.get(facts["house"], facts["house"]))
    return condition(facts, key)


def condition(facts: Facts, key: str) -> str:
    """What a rule waits for, without how long."""
    kind = Condition(facts.get("condition", Condition.HOUSE))
    if kind == Condition.RESOURCE:
        state = str(states.state_of(str(facts.get("word", ""))).word)
        words = _("{state} while the lab is closed") if facts.get("only_closed") else _("State: {state}")
        return words.format(state=state)
    what = channel_word(key, str(facts.get("channel", "")))
    said = {"limit": _amount(facts, "limit"), "word": value_word(key, facts.get("word", "")), "what": what}
    said["per"] = str(dict(AlarmRule.Per.choices).get(facts.get("per", ""), ""))
    return str(SENTENCES.get(kind, "{what}")).format(**said)


def lasting(facts: Facts) -> str:
    """For how long it must be so; empty when at once."""
    held = facts.get("hold") or 0
    if not held:
        return ""
    silence = facts.get("condition") == Condition.ABSENT
    words = _("for {length}") if silence else _("for at least {length}")
    return words.format(length=seconds(held))


def measured(facts: Facts) -> str:
    """What was read as it was raised; empty where nothing was."""
    value = facts.get("value")
    if facts.get("house") == "disk":
        return _("{n} % full").format(n=reading(value))
    if facts.get("house") == "letters":
        count = round(value) if isinstance(value, int | float) else 0
        return ngettext("{n} message", "{n} messages", count).format(n=number_format(count, use_l10n=True))
    if value is None or facts.get("condition") in {Condition.ABSENT, Condition.EQUALS}:
        return ""
    return _amount(facts, "value")


def rule_title(rule: AlarmRule, unit: str = "") -> str:
    return title(rule_facts(rule, unit), rule.key)


def rule_words(rule: AlarmRule, unit: str = "") -> str:
    """All that a rule asks for, as a sentence; `unit` is its channel's."""
    facts = rule_facts(rule, unit)
    if rule.house:
        limit = FIGURES.get(rule.house)
        said = str(limit).format(limit=reading(rule.limit)) if limit else ""
    else:
        said = condition(facts, rule.key)
    parts = [said, lasting(facts), back_words(rule, unit)]
    return ", ".join(part for part in parts if part)


def where(rule: AlarmRule) -> str:
    """Where a rule looks."""
    if rule.house:
        return ""
    kinds = dict(Resource.Kind.choices)
    if rule.device is not None:
        return str(rule.device)
    if rule.resource is not None:
        return str(rule.resource.label)
    if rule.profile:
        return _("every device of the profile {profile}").format(profile=rule.profile)
    if rule.kind:
        return _("every resource of the kind “{kind}”").format(kind=kinds.get(rule.kind, rule.kind))
    return _("every resource") if rule.condition == Condition.RESOURCE else str(EVERYTHING)


def rule_facts(rule: AlarmRule, unit: str = "") -> dict[str, Any]:
    found = {name: getattr(rule, name) for name in ("label", "condition", "house", "limit", "per", "word")}
    return found | {"only_closed": rule.only_closed, "hold": rule.hold_seconds, "unit": unit}


def place(alarm: Alarm) -> str:
    """Where it is: the resource, or the device, or what it was called then."""
    if alarm.resource is not None:
        return str(alarm.resource.label)
    return str(alarm.device) if alarm.device is not None else str(alarm.data.get("about", ""))


def back_words(rule: AlarmRule, unit: str) -> str:
    """From where on it is good again; empty where that is the limit itself."""
    if rule.clear is None or rule.limit is None or rule.clear == rule.limit:
        return ""
    return _("over at {limit}").format(limit=_amount({"clear": rule.clear, "unit": unit}, "clear"))


def _amount(facts: Facts, name: str) -> str:
    value = facts.get(name)
    said = reading(value) if isinstance(value, int | float | str) else "–"
    unit = str(facts.get("unit") or "")
    return f"{said}{times.NBSP}{unit}" if unit and isinstance(value, int | float) else said
