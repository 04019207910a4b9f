"""What devices may be ordered to do, by whom, and every order that was given."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from devices.models.devices import Device
from lab.models import Member


class Control(models.Model):
    """What a device obeys: a channel that can be switched, or a press such as a restart."""

    class Who(models.TextChoices):
        NOBODY = "nobody", _("nobody")
        MANAGERS = "managers", _("lab managers")
        SESSION = "session", _("managers, and whoever is using it")

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="controls")
    key = models.CharField(_("key"), max_length=80)
    press = models.BooleanField(_("has no state of its own"), default=False)
    who = models.CharField(_("who may order it"), max_length=10, choices=Who.choices, default=Who.NOBODY)
    confirm = models.BooleanField(_("ask again before"), default=False)

    class Meta:
        ordering = ["press", "key"]
        constraints = [UniqueConstraint(fields=["device", "key"], name="control_key_once_per_device")]

    def __str__(self) -> str:
        return f"{self.device}/{self.key}"


class Order(models.Model):
    """What somebody wants of a control, beside what the device then reports: the two are never mixed up."""

    class Failure(models.TextChoices):
        LATE = "late", _("it could not be sent in time")
        NO_ANSWER = "no_answer", _("the device did not report it in time")
        REFUSED = "refused", _("the device refused")
        WORDLESS = "wordless", _("nobody knows how to tell the device")
        SUPERSEDED = "superseded", _("a newer order took its place")

    control = models.ForeignKey(Control, on_delete=models.CASCADE, related_name="orders")
    on = models.BooleanField(_("wanted on"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    doubts = models.JSONField(_("done in spite of"), default=list, blank=True)
    by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="orders")
    created_at = models.DateTimeField(_("ordered"))
    expires_at = models.DateTimeField(_("until"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    done_at = models.DateTimeField(_("reported"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed"), null=True, blank=True)
    failure = models.CharField(_("why"), max_length=12, choices=Failure.choices, blank=True)
    answer = models.CharField(_("what the device said"), max_length=80, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            Index(fields=["control", "-created_at"]),
            Index(fields=["expires_at"], condition=Q(done_at=None, failed_at=None), name="order_open"),
        ]
        constraints = [
            CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="order_ends_after_it_began"),
            CheckConstraint(condition=Q(done_at=None) | Q(failed_at=None), name="order_is_done_or_failed"),
            CheckConstraint(condition=Q(done_at=None) | ~Q(sent_at=None), name="order_done_was_sent"),
            CheckConstraint(
                condition=Q(failed_at=None, failure="") | (~Q(failed_at=None) & ~Q(failure="")),
                name="order_failed_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.control} {self.word}"

    @property
    def word(self) -> str:
        """What is wanted, as the API says it."""
        return "press" if self.control.press else "on" if self.on else "off"

    @property
    def state(self) -> str:
        """waiting, sent, done, or failed."""
        if self.failed_at:
            return "failed"
        return "done" if self.done_at else "sent" if self.sent_at else "waiting"

    @property
    def open(self) -> bool:
        return self.done_at is None and self.failed_at is None
