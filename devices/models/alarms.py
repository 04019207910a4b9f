"""Alarms: the rules, how far each is where it applies, what was raised, and what is muted."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from devices.channel_words import channel_word, reading, value_word
from devices.models.devices import Device
from lab import states
from lab.models import Member, Resource

HOUSE = {
    "reader_offline": _("Reader offline"),
    "tamper": _("Somebody opens the case of a reader"),
    "list_refused": _("A reader has not taken its list"),
    "totem": _("A screen shows another day, or nothing"),
    "letters": _("Many messages can’t be read"),
    "telemetry": _("Readings don’t come in"),
    "disk": _("The disk is nearly full"),
}


class AlarmRule(models.Model):
    """What is worth an alarm: of one device's channel, of a profile's, of a kind's, of a resource, the house.

    `house` names one of those that every lab has; such a rule is never removed, only switched off.
    """

    class Condition(models.TextChoices):
        ABOVE = "above", _("is above")
        BELOW = "below", _("is below")
        RISES = "rises", _("rises faster than")
        FALLS = "falls", _("falls faster than")
        EQUALS = "equals", _("says")
        ABSENT = "absent", _("says nothing")
        UNHEARD = "unheard", _("device is silent or offline")
        RESOURCE = "resource", _("resource is")
        HOUSE = "house", _("the house")

    class Severity(models.TextChoices):
        INFO = "info", _("information")
        WARNING = "warning", _("warning")
        ALARM = "alarm", pgettext_lazy("severity", "alarm")

    class Per(models.TextChoices):
        MINUTE = "minute", _("a minute")
        HOUR = "hour", _("an hour")

    label = models.CharField(_("name"), max_length=80, blank=True)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity, default=Severity.WARNING)
    enabled = models.BooleanField(_("switched on"), default=True)
    house = models.CharField(max_length=20, unique=True, null=True, blank=True, editable=False)
    condition = models.CharField(_("condition"), max_length=10, choices=Condition, default=Condition.ABOVE)
    device = models.ForeignKey(
        Device, on_delete=models.CASCADE, null=True, blank=True, related_name="alarm_rules"
    )
    profile = models.CharField(_("profile"), max_length=40, blank=True)
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, blank=True, choices=Resource.Kind)
    key = models.CharField(_("channel"), max_length=80, blank=True)
    limit = models.FloatField(_("limit"), null=True, blank=True)
    clear = models.FloatField(_("good again from"), null=True, blank=True)
    per = models.CharField(_("in"), max_length=6, choices=Per, default=Per.MINUTE)
    word = models.CharField(_("word"), max_length=80, blank=True)
    only_closed = models.BooleanField(_("only while the lab is closed"), default=False)
    hold_seconds = models.PositiveIntegerField(_("for at least"), default=0)
    rest_seconds = models.PositiveIntegerField(_("good for at least"), default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("alarm rule")
        constraints = [
            models.CheckConstraint(
                condition=Q(device=None) | Q(profile="", kind="", resource=None),
                name="alarm_rule_has_one_place",
            ),
        ]

    def __str__(self) -> str:
        if self.label or self.house:
            return self.label or str(HOUSE.get(self.house or "", self.house))
        if self.condition == self.Condition.RESOURCE:
            return gettext("State: {state}").format(state=states.state_of(self.word).word)
        limit = "" if self.limit is None else reading(self.limit)
        word = self.word and value_word(self.key, self.word)
        what = channel_word(self.key) if self.key else ""
        return " ".join(filter(None, (what, str(self.get_condition_display()), limit, word)))


class AlarmState(models.Model):
    """How far a rule is at one place: its phase and timer, and up to where readings were judged (ns)."""

    rule = models.ForeignKey(AlarmRule, on_delete=models.CASCADE, related_name="states")
    subject = models.CharField(max_length=160)
    terms = models.CharField(max_length=64)
    phase = models.CharField(max_length=8)
    since = models.BigIntegerField(default=0)
    at = models.BigIntegerField(default=0)
    value = models.JSONField(null=True)
    samples = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "subject"], name="alarm_state_once_per_place")]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.subject}: {self.phase}"


class Alarm(models.Model):
    """One time that a rule was met; times are those of the readings. `data` holds the facts as they were."""

    rule = models.ForeignKey(AlarmRule, on_delete=models.SET_NULL, null=True, related_name="alarms")
    subject = models.CharField(max_length=160)
    severity = models.CharField(_("severity"), max_length=8, choices=AlarmRule.Severity)
    device = models.ForeignKey(Device, on_delete=models.SET_NULL, null=True, related_name="alarms")
    resource = models.ForeignKey(Resource, on_delete=models.SET_NULL, null=True, related_name="alarms")
    key = models.CharField(max_length=80, blank=True)
    data = models.JSONField(default=dict)
    raised_at = models.DateTimeField(_("raised"))
    noted_at = models.DateTimeField(_("noted"))
    cleared_at = models.DateTimeField(_("cleared"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True)
    told_at = models.DateTimeField(_("told"), null=True, blank=True)
    over_told_at = models.DateTimeField(_("told that it is over"), null=True, blank=True)

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject"], condition=Q(cleared_at=None), name="alarm_open_once"
            ),
            models.CheckConstraint(
                condition=Q(cleared_at=None) | Q(cleared_at__gte=F("raised_at")),
                name="alarm_clears_after_it_was_raised",
            ),
        ]
        indexes = [
            models.Index("raised_at", condition=Q(cleared_at=None), name="alarm_open"),
            models.Index("raised_at", condition=Q(told_at=None), name="alarm_untold"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.subject}"

    @property
    def is_open(self) -> bool:
        return self.cleared_at is None


class AlarmMute(models.Model):
    """A rule or a device that nobody is told about until then; its alarms are still kept."""

    rule = models.ForeignKey(AlarmRule, on_delete=models.CASCADE, null=True, blank=True, related_name="mutes")
    device = models.ForeignKey(Device, on_delete=models.CASCADE, null=True, blank=True, related_name="mutes")
    until = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("since"))

    class Meta:
        ordering = ["until"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rule=None, device__isnull=False) | Q(rule__isnull=False, device=None),
                name="alarm_mute_of_rule_or_device",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule or self.device}"
