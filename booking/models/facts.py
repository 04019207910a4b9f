"""Passages, presences and usage sessions: the facts beside the bookings."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from booking.models.bookings import Booking
from booking.models.projects import Project
from devices.models import Device
from lab.models import Badge, Door, Member, Resource, Zone


class AccessEvent(models.Model):
    """One passage and its decision: the audit line, written before anything moves."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="access_events")
    nonce = models.CharField(max_length=80)
    badge = models.ForeignKey(Badge, on_delete=models.SET_NULL, null=True, related_name="access_events")
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="access_events")
    door = models.ForeignKey(Door, on_delete=models.SET_NULL, null=True, related_name="+")
    resource = models.ForeignKey(Resource, on_delete=models.SET_NULL, null=True, related_name="+")
    zone = models.ForeignKey(Zone, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=30)
    granted = models.BooleanField(_("granted"))
    offline = models.BooleanField(_("decided by the reader"), default=False)
    tapped_at = models.DateTimeField(_("tapped"))
    decided_at = models.DateTimeField(_("decided"), db_index=True)

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [UniqueConstraint(fields=["device", "nonce"], name="access_event_once_per_tap")]

    def __str__(self) -> str:
        return f"{self.device} {self.nonce}: {self.reason}"


class Presence(models.Model):
    """A member in a zone from a moment until they leave; `how` says what we know that from."""

    class How(models.TextChoices):
        BADGE = "badge", _("by badge")
        AUTOMATIC = "automatic", _("automatic")
        MANAGER = "manager", _("by a manager")

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="presences")
    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="presences")
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    how = models.CharField(_("how it ended"), max_length=10, choices=How, default=How.BADGE)
    ended_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["since"]
        constraints = [
            UniqueConstraint(
                fields=["member", "zone"], condition=Q(until=None), name="presence_once_per_zone"
            ),
            CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="presence_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} @ {self.zone}"


class UsageSession(models.Model):
    """What really ran: from the tap or the power draw that started it until idle, tap-out or lease end."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="sessions")
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="sessions")
    booking = models.ForeignKey(Booking, on_delete=models.SET_NULL, null=True, related_name="sessions")
    # Of a session without a booking; any other is charged to its booking's.
    project = models.ForeignKey(Project, on_delete=models.SET_NULL, null=True, related_name="sessions")
    assisted_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="assisted")
    badge = models.ForeignKey(Badge, on_delete=models.SET_NULL, null=True, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    told_until = models.DateTimeField(_("lease told to the reader"), null=True, blank=True)
    busy_since = models.DateTimeField(_("busy since"), null=True, blank=True)
    rested_at = models.DateTimeField(_("last busy until"), null=True, blank=True)
    heard_at = models.DateTimeField(_("its work last heard of"), null=True, blank=True)
    ending = models.CharField(_("why it ends"), max_length=20, blank=True)
    ending_at = models.DateTimeField(_("ends so at"), null=True, blank=True)
    energy_wh = models.FloatField(_("energy (Wh)"), null=True, blank=True)
    energy_mark = models.CharField(_("what its energy was asked of"), max_length=60, blank=True)
    busy_seconds = models.FloatField(_("at work (s)"), null=True, blank=True)
    credits_per_hour = models.DecimalField(
        _("credits an hour, when it ended"), max_digits=8, decimal_places=2, null=True, blank=True
    )

    class Meta:
        ordering = ["-started_at"]
        indexes = [
            Index(fields=["resource", "started_at"]),
            Index(fields=["ended_at"], name="session_ended"),
            Index(fields=["member", "started_at"], name="session_of_member"),
            Index("resource", condition=Q(credits_per_hour=None), name="session_to_price"),
        ]
        constraints = [
            UniqueConstraint(
                fields=["resource"], condition=Q(ended_at=None), name="session_once_per_resource"
            ),
            CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="session_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.started_at}"
