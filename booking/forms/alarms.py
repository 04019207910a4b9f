"""What a manager settles about alarms: a rule of one condition, a mute with its end and reason."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking import alarm_words
from booking.alarms.house import HOUSE
from devices.channel_words import channel_word
from devices.models import AlarmRule, Channel, Device
from lab.forms.fields import Kept, MomentField, Segmented, length_text, minutes_of
from lab.models import Resource
from lab.states import RESOURCE

LONGEST = 30 * 24 * 3600
SECONDS = re.compile(r"(\d{1,6})\s*(?:s|sec(?:ondes?|onds?)?)\.?")
Condition = AlarmRule.Condition

# What each condition asks for, below where and how serious.
ASKED = {
    Condition.ABOVE: ("key", "limit", "clear", "hold", "rest"),
    Condition.BELOW: ("key", "limit", "clear", "hold", "rest"),
    Condition.RISES: ("key", "limit", "per", "clear", "hold", "rest"),
    Condition.FALLS: ("key", "limit", "per", "clear", "hold", "rest"),
    Condition.EQUALS: ("key", "word", "hold", "rest"),
    Condition.ABSENT: ("key", "hold"),
    Condition.UNHEARD: ("hold",),
    Condition.RESOURCE: ("word", "only_closed", "hold"),
}
NEEDED = {"key", "limit", "word"}


class SecondsField(forms.CharField):
    """A length of time from seconds to days, typed as people say it."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        return length_text(value // 60) if value % 60 == 0 else f"{value} s"

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip().lower()
        if not text:
            return 0
        found = SECONDS.fullmatch(text)
        minutes = None if found else minutes_of(text)
        seconds = int(found[1]) if found else minutes * 60 if minutes is not None else None
        if seconds is None or seconds > LONGEST:
            raise forms.ValidationError(_("Write a length such as 30 s, 5 min or 2 h, 30 days at most."))
        return seconds


class NumberField(forms.FloatField):
    """A number as people write it: 513, not 513,0."""

    def __init__(self, **options: Any) -> None:
        super().__init__(localize=True, **options)

    def prepare_value(self, value: Any) -> Any:
        return int(value) if isinstance(value, float) and value.is_integer() else value


class RuleForm(Kept, forms.ModelForm[AlarmRule]):
    """A rule of the condition that its page is about."""

    where = forms.ChoiceField(label=_("Where"), required=False)
    key = forms.ChoiceField(label=_("Channel"))
    limit = NumberField(label=_("Limit"))
    clear = NumberField(
        label=_("Good again from"),
        required=False,
        help_text=_("So that a value on the limit doesn’t ring again and again. Empty: the limit itself."),
    )
    hold = SecondsField(
        label=_("For at least"), required=False, help_text=_("30 s, 5 min, 2 h. Empty: at once.")
    )
    rest = SecondsField(
        label=_("Over once good for"), required=False, help_text=_("Empty: as soon as it is good again.")
    )

    class Meta:
        model = AlarmRule
        fields = ("severity", "label", "per", "word", "only_closed")
        labels = {
            "severity": _("How serious"),
            "label": _("Name"),
            "per": _("In"),
            "word": _("Says"),
            "only_closed": _("Only while the lab is closed"),
        }
        help_texts = {"label": _("As it is told. Empty: the rule’s own sentence.")}
        widgets = {"severity": Segmented, "per": Segmented}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        row, fields = self.instance, self.fields
        asked = ASKED.get(Condition(row.condition), ())
        for name in ("key", "limit", "per", "clear", "word", "only_closed", "hold", "rest"):
            if name not in asked:
                del fields[name]
            elif name in NEEDED:
                fields[name].required = True
        self._fill(row)
        fields["label"].widget.attrs["maxlength"] = 80

    def _fill(self, row: AlarmRule) -> None:
        fields: Any = self.fields
        fields["where"].choices = _resources() if row.condition == Condition.RESOURCE else _places()
        if "key" in fields:
            fields["key"].choices = _keys(row.condition)
        if row.condition == Condition.RESOURCE:
            states = [(state.code, state.word) for state in RESOURCE]
            fields["word"] = forms.ChoiceField(label=_("State"), choices=states)
        if row.condition in {Condition.ABSENT, Condition.UNHEARD} and "hold" in fields:
            fields["hold"].required = True
            fields["hold"].help_text = _("30 s, 5 min, 2 h.")
        facts = {"where": where_of(row), "key": row.key, "limit": row.limit, "clear": row.clear}
        facts |= {"hold": row.hold_seconds or None, "rest": row.rest_seconds or None}
        for name, value in facts.items():
            self.initial.setdefault(name, value)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        limit, clear = data.get("limit"), data.get("clear")
        if limit is not None and clear is not None:
            upward = self.instance.condition != Condition.BELOW
            if clear > limit if upward else clear < limit:
                said = gettext("At most the limit.") if upward else gettext("At least the limit.")
                self.add_error("clear", said)
        return data

    def save(self, commit: bool = True) -> AlarmRule:
        row, data = self.instance, self.cleaned_data
        kind, _colon, key = data["where"].partition(":")
        row.device = Device.objects.get(name=key) if kind == "device" else None
        row.resource = Resource.objects.get(slug=key) if kind == "resource" else None
        row.profile, row.kind = (key if kind == one else "" for one in ("profile", "kind"))
        row.key, row.limit, row.clear = data.get("key", ""), data.get("limit"), data.get("clear")
        row.hold_seconds, row.rest_seconds = data.get("hold") or 0, data.get("rest") or 0
        return super().save(commit)


class HouseForm(Kept, forms.ModelForm[AlarmRule]):
    """One that every lab has: how serious, from where on, after how long."""

    hold = SecondsField(
        label=_("For at least"), required=False, help_text=_("30 s, 5 min, 2 h. Empty: at once.")
    )

    class Meta:
        model = AlarmRule
        fields = ("severity", "limit", "clear")
        labels = {"severity": _("How serious"), "limit": _("Limit"), "clear": _("Good again from")}
        widgets = {"severity": Segmented}
        field_classes = {"limit": NumberField, "clear": NumberField}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["hold"] = self.instance.hold_seconds or None
        if HOUSE[self.instance.house or ""].limit is None:
            del self.fields["limit"], self.fields["clear"]
        else:
            self.fields["limit"].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("limit") is not None and (data.get("clear") or 0) > data["limit"]:
            self.add_error("clear", gettext("At most the limit."))
        return data

    def save(self, commit: bool = True) -> AlarmRule:
        self.instance.hold_seconds = self.cleaned_data.get("hold") or 0
        return super().save(commit)


class MuteForm(Kept, forms.Form):
    """For how long nobody is told, and why."""

    LENGTHS = {"1": 1, "8": 8, "24": 24}

    length = forms.ChoiceField(
        label=_("For"),
        widget=Segmented,
        choices=[("1", _("1 h")), ("8", _("8 h")), ("24", _("1 day")), ("until", _("until…"))],
        initial="8",
    )
    until = MomentField(label=_("Until"), required=False)
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)

    def __init__(self, *args: Any, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.now = now

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        until = data.get("until")
        chosen = data.get("length") == "until" and not self.has_error("until")
        if chosen and (until is None or until <= self.now):
            self.add_error("until", gettext("Choose a time to come."))
        return data

    @property
    def end(self) -> datetime:
        hours = self.LENGTHS.get(self.cleaned_data["length"])
        return self.now + timedelta(hours=hours) if hours else self.cleaned_data["until"]


def where_of(row: AlarmRule) -> str:
    """The place of a rule as the form's choices name it."""
    if row.device is not None:
        return f"device:{row.device.name}"
    if row.resource is not None:
        return f"resource:{row.resource.slug}"
    return f"profile:{row.profile}" if row.profile else f"kind:{row.kind}" if row.kind else ""


def _places() -> list[Any]:
    rows = list(Device.objects.filter(claimed_at__isnull=False, ignored=False).order_by("label", "name"))
    profiles = sorted({row.profile for row in rows})
    return [
        ("", str(alarm_words.EVERYTHING).capitalize()),
        (gettext("One device"), [(f"device:{row.name}", str(row)) for row in rows]),
        (gettext("All devices of a profile"), [(f"profile:{name}", name) for name in profiles]),
        (gettext("Devices of all resources of a kind"), _kinds()),
        (gettext("Devices of a resource"), _named()),
    ]


def _resources() -> list[Any]:
    return [
        ("", gettext("Every resource")),
        (gettext("One resource"), _named()),
        (gettext("All of a kind"), _kinds()),
    ]


def _kinds() -> list[Any]:
    return [(f"kind:{kind}", label) for kind, label in Resource.Kind.choices]


def _named() -> list[Any]:
    return [(f"resource:{row.slug}", row.label) for row in Resource.objects.order_by("slug")]


def _keys(condition: str) -> list[tuple[str, str]]:
    """The channels that there are, by what they are called."""
    keys = Channel.objects.filter(device__claimed_at__isnull=False).values_list("key", flat=True)
    found = sorted({(channel_word(key), key) for key in keys.order_by().distinct()})
    return [(key, word if word.lower() == key.lower() else f"{word} ({key})") for word, key in found]
