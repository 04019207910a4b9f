"""Whom an outage or a closure hits, and what was decided about it."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from booking.models.bookings import Booking
from lab.models import Closure, Member, Outage


class Hit(models.Model):
    """A booking that an outage or a closure hits, and what was decided about it, once.

    One that is decided outlives what it was hit by; one that isn't vanishes with it.
    """

    class Decision(models.TextChoices):
        OPEN = "", _("to decide")
        MOVED = "moved", _("moved")
        CANCELLED = "cancelled", _("cancelled")
        KEPT = "kept", _("kept")

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="hits")
    outage = models.ForeignKey(Outage, on_delete=models.SET_NULL, null=True, blank=True, related_name="hits")
    closure = models.ForeignKey(
        Closure, on_delete=models.SET_NULL, null=True, blank=True, related_name="hits"
    )
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [Index("booking", condition=Q(decision=""), name="hit_to_decide")]
        constraints = [
            UniqueConstraint(fields=["booking", "outage"], name="hit_once_per_outage"),
            UniqueConstraint(fields=["booking", "closure"], name="hit_once_per_closure"),
            CheckConstraint(
                condition=Q(outage__isnull=True) | Q(closure__isnull=True), name="hit_by_outage_or_closure"
            ),
            CheckConstraint(
                condition=Q(decision="", decided_at=None) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="hit_decided_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id}: {self.outage or self.closure}"

    @property
    def cause(self) -> Outage | Closure | None:
        """What hits it; None once that is no more."""
        return self.outage or self.closure
