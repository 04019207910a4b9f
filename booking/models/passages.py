"""How many passages there were, when it is no longer known whose."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _


class PassageCount(models.Model):
    """The passages of one day at one place with one answer."""

    day = models.DateField(_("day"))
    place = models.CharField(_("place"), max_length=63)  # slug of the door or resource, or the device's name
    reason = models.CharField(_("reason"), max_length=30)
    granted = models.BooleanField(_("granted"))
    passages = models.PositiveIntegerField(_("passages"))

    class Meta:
        ordering = ["day", "place", "reason"]
        constraints = [UniqueConstraint(fields=["day", "place", "reason", "granted"], name="passages_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.place}: {self.passages} {self.reason}"
