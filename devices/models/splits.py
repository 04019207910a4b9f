"""Channels of a device that speak for something else than the device itself."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from devices.models.devices import Device
from lab.models import Member


class Split(models.Model):
    """Since when what a device says on a channel is another device's, its part, on a channel of that."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="splits")
    key = models.CharField(_("key"), max_length=80)
    part = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="split_from")
    part_key = models.CharField(_("key of the part"), max_length=80)
    since = models.DateTimeField(_("since"))
    by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["device", "key"]
        constraints = [
            models.UniqueConstraint(fields=["device", "key"], name="channel_is_split_off_once"),
            models.UniqueConstraint(fields=["part", "part_key"], name="channel_of_a_part_has_one_source"),
        ]

    def __str__(self) -> str:
        return f"{self.device.name}/{self.key} → {self.part.name}/{self.part_key}"
