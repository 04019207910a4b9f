"""Zones, their doors, and when they are open."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lab.calendar import Hours, Opening
from lab.models.naming import Named
from lab.spans import Span


class Zone(Named):
    """Where one is once inside."""

    capacity = models.PositiveIntegerField(_("capacity"), null=True, blank=True)
    always_open = models.BooleanField(_("always open"), default=False)

    def opening(self, *, always: bool = False) -> Opening:
        """The zone's calendar; `always` for a resource that keeps no hours, closures still count."""
        closures = Closure.objects.filter(Q(zone=self) | Q(zone=None)).order_by("starts_at")
        return Opening(
            hours=tuple(Hours(row.weekday, row.opens, row.closes) for row in self.hours.all()),
            closures=tuple(Span(*row) for row in closures.values_list("starts_at", "ends_at")),
            always=always or self.always_open,
        )


class OpeningHours(models.Model):
    """Weekly hours of a zone; several rows make several openings of a day."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"))
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekday_is_monday_to_sunday")
        ]

    def __str__(self) -> str:
        return f"{self.zone} {self.weekday} {self.opens}–{self.closes}"


class Closure(models.Model):
    """The whole lab or one zone shut for a span."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="closures", null=True, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="closure_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.reason or str(self.zone)


class Door(Named):
    """What unlocks; a passage through it enters or leaves its zone."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="doors")
    unlock_seconds = models.PositiveSmallIntegerField(_("unlocked for (s)"), default=5)
    fail_safe = models.BooleanField(_("unlocked without power"), default=True)
