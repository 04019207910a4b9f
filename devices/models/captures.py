"""Every single read of a reader, kept in a file for a while because a manager wanted it."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from devices.models.devices import Device
from lab.models import Member


class Capture(models.Model):
    """From when until when; the reads lie in a file of this number, until it is deleted after some days."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="captures")
    by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            CheckConstraint(condition=Q(ends_at__gt=F("started_at")), name="capture_ends_after_start")
        ]

    def __str__(self) -> str:
        return f"{self.device} {self.started_at}"
