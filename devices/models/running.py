"""What machines did: off, idle or busy, from when until when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lab.models import Resource


class MachineState(models.Model):
    """A machine was off, idle or busy from a moment until the next one, or as long as somebody heard it."""

    class State(models.TextChoices):
        OFF = "off", _("off")
        IDLE = "idle", _("idle")
        BUSY = "busy", _("busy")

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="machine_states")
    state = models.CharField(_("state"), max_length=4, choices=State)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    heard_at = models.DateTimeField(_("its meter last heard"))

    class Meta:
        ordering = ["since"]
        indexes = [models.Index(fields=["resource", "since"], name="machine_state_by_time")]
        constraints = [
            models.UniqueConstraint(
                fields=["resource"], condition=Q(until=None), name="machine_is_in_one_state"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="machine_state_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource}: {self.state} {self.since}"
