"""What a lab settles for all its bookings, and the points of those who did not come."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.bookings import Booking
from lab.models import HouseFact, Member


class Policy(HouseFact):
    """The lab's own choices; one row."""

    undo_minutes = models.PositiveSmallIntegerField(_("a change can be taken back for (min)"), default=10)
    offer_minutes = models.PositiveSmallIntegerField(_("an offered time is held for (min)"), default=20)
    reminder_minutes = models.PositiveSmallIntegerField(
        _("reminder before a booking (min), 0 for none"), default=60
    )
    points_per_miss = models.PositiveSmallIntegerField(
        _("points for a missed booking, 0 for none"), default=0
    )
    points_halve_days = models.PositiveSmallIntegerField(_("points halve every (days)"), default=30)
    points_limit = models.PositiveSmallIntegerField(_("from so many points on a manager approves"), default=3)

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="policy_is_one"),
            models.CheckConstraint(
                condition=Q(points_halve_days__gte=1), name="policy_points_halve_some_day"
            ),
        ]

    def __str__(self) -> str:
        return "policy"

    @classmethod
    def current(cls) -> Policy:
        """The lab's choices, or the house's where it made none."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class NoShow(models.Model):
    """Somebody did not come; they may object, and a manager may waive its points."""

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="no_show")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="no_shows")
    at = models.DateTimeField(_("at"))
    points = models.PositiveSmallIntegerField(_("points"), default=0)
    objection = models.CharField(_("objection"), max_length=500, blank=True)
    objected_at = models.DateTimeField(_("objected"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    waived = models.BooleanField(_("waived"), default=False)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.member}: {self.booking_id}"
