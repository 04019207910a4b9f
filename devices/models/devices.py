"""Devices, the channels that they report, and which resource or door they speak for."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lab.models import Door, Member, Resource, Zone

NAME = r"[a-z0-9][a-z0-9-]{0,62}"


class Device(models.Model):
    """Electronics that speaks; its name is its MQTT user name and the third level of its topics."""

    name = models.CharField(_("name"), max_length=63, unique=True, validators=[RegexValidator(rf"^{NAME}\Z")])
    profile = models.CharField(_("profile"), max_length=40, default="native")
    label = models.CharField(_("label"), max_length=80, blank=True)
    firmware = models.CharField(_("firmware"), max_length=80, blank=True)
    credential = models.CharField(max_length=200, blank=True, editable=False)
    key_salt = models.CharField(max_length=32, blank=True, editable=False)  # renewed with each credential
    credential_at = models.DateTimeField(null=True, blank=True, editable=False)
    # A renewed credential waits here until the device has come with it, or the time of the old one is over.
    next_credential = models.CharField(max_length=200, blank=True, editable=False)
    next_salt = models.CharField(max_length=32, blank=True, editable=False)
    next_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_until = models.DateTimeField(null=True, blank=True, editable=False)
    revoked = models.BooleanField(_("revoked"), default=False)
    ignored = models.BooleanField(_("ignored"), default=False)

    claimed_at = models.DateTimeField(_("adopted"), null=True, blank=True)
    claimed_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    resource = models.ForeignKey(
        Resource, on_delete=models.SET_NULL, null=True, blank=True, related_name="devices"
    )
    door = models.ForeignKey(Door, on_delete=models.SET_NULL, null=True, blank=True, related_name="devices")
    zone = models.ForeignKey(Zone, on_delete=models.SET_NULL, null=True, blank=True, related_name="devices")

    placed_at = models.DateTimeField(_("speaks for it since"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replaced_by"
    )

    behind = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="gateway_of"
    )

    online = models.BooleanField(_("online"), default=False)
    status_at = models.DateTimeField(_("status since"), null=True, blank=True)
    connected_at = models.DateTimeField(_("last connection"), null=True, blank=True, editable=False)
    away_at = models.DateTimeField(null=True, blank=True, editable=False)  # when it last went
    expected_interval = models.FloatField(_("expected interval (s)"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(resource__isnull=False, door__isnull=False),
                name="device_speaks_for_resource_or_door",
            )
        ]

    def __str__(self) -> str:
        return self.label or self.name

    @property
    def claimed(self) -> bool:
        return self.claimed_at is not None

    @property
    def renewing(self) -> bool:
        """Does the old credential still count beside a new one?"""
        return bool(self.next_credential)


class Channel(models.Model):
    """One value of a device; `unit` is canonical (W, Wh, °C, s…)."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="channels")
    key = models.CharField(_("key"), max_length=80)
    unit = models.CharField(_("unit"), max_length=16, blank=True)
    label = models.CharField(_("label"), max_length=80, blank=True)
    rhythm = models.FloatField(_("learned interval (s)"), null=True, blank=True, editable=False)
    keep_days = models.PositiveIntegerField(
        _("days that every reading is kept"),
        null=True,
        blank=True,
        help_text=_("Empty: as the lab has it; 0: for ever. Minutes and hours stay longer."),
    )

    class Meta:
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["device", "key"], name="channel_key_once_per_device")]

    def __str__(self) -> str:
        return f"{self.device}/{self.key}"
