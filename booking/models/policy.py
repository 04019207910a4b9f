"""What a lab settles for all its bookings, and the points of those who did not come."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.models.bookings import Booking
from lab.models import HouseFact, Member


class Policy(HouseFact):
    """The lab's own choices; one row."""

    class NewBadges(models.TextChoices):
        MANAGER = "manager", _("a manager approves each")
        AUTOMATIC = "automatic", _("work at once")
        DESK = "desk", _("only at the desk, by a manager")

    undo_minutes = models.PositiveSmallIntegerField(_("a change can be taken back for (min)"), default=10)
    offer_minutes = models.PositiveSmallIntegerField(_("an offered time is held for (min)"), default=20)
    reminder_minutes = models.PositiveSmallIntegerField(
        _("reminder before a booking (min), 0 for none"), default=60
    )
    outage_days = models.PositiveSmallIntegerField(
        _("an outage without an end hits the bookings of the next (days)"), default=7
    )
    points_per_miss = models.PositiveSmallIntegerField(
        _("points for a missed booking, 0 for none"), default=0
    )
    points_halve_days = models.PositiveSmallIntegerField(_("points halve every (days)"), default=30)
    points_limit = models.PositiveSmallIntegerField(_("from so many points on a manager approves"), default=3)

    new_badges = models.CharField(
        _("new badges"), max_length=10, choices=NewBadges, default=NewBadges.MANAGER
    )

    home_assistant = models.BooleanField(_("published for Home Assistant"), default=False)

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="policy_is_one"),
            models.CheckConstraint(
                condition=Q(points_halve_days__gte=1), name="policy_points_halve_some_day"
            ),
            models.CheckConstraint(
                condition=Q(outage_days__gte=1, outage_days__lte=366), name="policy_outage_reaches_some_day"
            ),
        ]

    def __str__(self) -> str:
        return "policy"

    @classmethod
    def current(cls) -> Policy:
        """The lab's choices, or the house's where it made none."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class NoShow(models.Model):
    """Somebody did not come; they may object once, and a manager may waive its points.

    `heard_from` to `heard_until` is how long readers and bridge listened for them without a break, of the
    `grace_minutes` that the house waits.
    """

    OBJECTIONS = timedelta(days=14)  # so long after it one may object

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="no_show")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="no_shows")
    at = models.DateTimeField(_("at"))
    points = models.PositiveSmallIntegerField(_("points"), default=0)
    grace_minutes = models.PositiveSmallIntegerField(_("waited for (min)"), null=True, blank=True)
    heard_from = models.DateTimeField(_("heard from"), null=True, blank=True)
    heard_until = models.DateTimeField(_("heard until"), null=True, blank=True)
    objection = models.CharField(_("objection"), max_length=500, blank=True)
    objected_at = models.DateTimeField(_("objected"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    waived = models.BooleanField(_("waived"), default=False)
    answer = models.CharField(_("answer"), max_length=300, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [
            models.Index(
                "objected_at",
                condition=Q(objected_at__isnull=False, decided_at=None),
                name="no_show_objection_open",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(objection="", objected_at=None)
                | (~Q(objection="") & Q(objected_at__isnull=False)),
                name="no_show_objected_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=False) | Q(waived=False, answer="", decided_by=None),
                name="no_show_decided_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(heard_from=None, heard_until=None)
                | Q(heard_from__isnull=False, heard_until__isnull=False, heard_until__gt=F("heard_from")),
                name="no_show_heard_for_a_while",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.booking_id}"

    @property
    def objectable_until(self) -> datetime:
        return self.at + self.OBJECTIONS

    def may_be_objected(self, now: datetime) -> bool:
        """Nobody has said or decided anything yet, and it is not too long ago."""
        return self.objected_at is None and self.decided_at is None and now < self.objectable_until
