"""What readers decide from while the server is away."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from devices.models.devices import Device
from lab.models import Badge


class ReaderPrint(models.Model):
    """What readers know a badge by, sealed: it tells nothing without the pepper (`lab.fingerprints`)."""

    badge = models.OneToOneField(Badge, on_delete=models.CASCADE, related_name="reader_print")
    sealed = models.CharField(max_length=64, editable=False)

    def __str__(self) -> str:
        return f"print of badge {self.badge_id}"


class AllowList(models.Model):
    """The list that a reader decides from while the server is away, and what the reader last told of it."""

    device = models.OneToOneField(Device, on_delete=models.CASCADE, related_name="allow_list")
    version = models.PositiveIntegerField(_("version"), default=0)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    entries = models.PositiveIntegerField(_("badges"), default=0)
    left_out = models.PositiveIntegerField(_("badges that found no room"), default=0)
    issued_at = models.DateTimeField(_("issued"))
    stale_at = models.DateTimeField(_("no machine after"))
    expires_at = models.DateTimeField(_("expires"))

    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    held = models.PositiveIntegerField(_("version held by the reader"), null=True, blank=True)
    taken_s = models.FloatField(_("taken after (s)"), null=True, blank=True)
    refusal = models.CharField(_("why the reader did not take it"), max_length=40, blank=True)
    pending = models.PositiveIntegerField(_("passages still to come"), null=True, blank=True)
    clock_error = models.FloatField(_("clock error (s)"), null=True, blank=True)
    told_at = models.DateTimeField(_("told"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(issued_at__lte=F("stale_at"), stale_at__lte=F("expires_at")),
                name="allow_list_is_stale_before_it_expires",
            )
        ]

    def __str__(self) -> str:
        return f"{self.device} {self.version}"


class Lockout(models.Model):
    """A reader that told more taps than anybody can tap: until when nobody looks at them."""

    device = models.OneToOneField(Device, on_delete=models.CASCADE, related_name="lockout")
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))
    turned_away = models.PositiveIntegerField(_("messages turned away"), default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(since__lte=F("until")), name="lockout_begins_before_it_ends")
        ]

    def __str__(self) -> str:
        return f"{self.device} {self.until}"
