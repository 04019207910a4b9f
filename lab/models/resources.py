"""What one books: resources, their units, the house rules that they carry, and when they are down."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lab.models.naming import Named
from lab.models.people import Certification
from lab.models.places import Zone
from lab.spans import Span


class Resource(Named):
    """A machine, bench, desk, room, studio, kit or person that can be booked."""

    class Kind(models.TextChoices):
        MACHINE = "machine", _("machine")
        PRINTER = "printer", _("3D printer")
        BENCH = "bench", _("bench")
        DESK = "desk", _("desk")
        ROOM = "room", _("room")
        STUDIO = "studio", _("studio")
        KIT = "kit", _("kit")
        PERSON = "person", _("person")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="resources")
    description = models.TextField(_("description"), blank=True)
    description_en = models.TextField(_("description in English"), blank=True)
    certification = models.ForeignKey(Certification, on_delete=models.PROTECT, null=True, blank=True)

    always_open = models.BooleanField(_("can be booked at any hour"), default=False)
    walk_up = models.BooleanField(_("usable without a booking"), default=True)
    min_minutes = models.PositiveIntegerField(_("shortest booking (min)"), default=15)
    max_minutes = models.PositiveIntegerField(_("longest booking (min)"), null=True, blank=True)
    grid_minutes = models.PositiveSmallIntegerField(_("start grid (min)"), default=15)
    notice_minutes = models.PositiveIntegerField(_("notice (min)"), default=0)
    horizon_days = models.PositiveSmallIntegerField(_("bookable ahead (days)"), default=400)
    setup_minutes = models.PositiveSmallIntegerField(_("set-up (min)"), default=0)
    cleanup_minutes = models.PositiveSmallIntegerField(_("clean-up (min)"), default=0)
    daily_quota_minutes = models.PositiveIntegerField(
        _("quota a member and day (min)"), null=True, blank=True
    )

    idle_below_w = models.FloatField(_("idle below (W)"), null=True, blank=True)
    busy_above_w = models.FloatField(_("busy above (W)"), null=True, blank=True)

    class Meta(Named.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(idle_below_w__isnull=True)
                | Q(busy_above_w__isnull=True)
                | Q(busy_above_w__gte=F("idle_below_w")),
                name="resource_busy_is_above_idle",
            ),
            models.CheckConstraint(
                condition=Q(max_minutes__isnull=True) | Q(max_minutes__gte=F("min_minutes")),
                name="resource_longest_is_not_below_shortest",
            ),
        ]


class Unit(models.Model):
    """One of a resource's interchangeable copies."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="units")
    number = models.PositiveSmallIntegerField(_("number"), default=1)

    class Meta:
        ordering = ["resource", "number"]
        constraints = [models.UniqueConstraint(fields=["resource", "number"], name="unit_number_once")]

    def __str__(self) -> str:
        return f"{self.resource.slug}/{self.number}"


class OutageQuerySet(models.QuerySet["Outage"]):
    """Which outages hold at a time; one that is not mended yet has no end."""

    def at(self, moment: datetime) -> OutageQuerySet:
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=moment), starts_at__lte=moment)

    def touching(self, span: Span) -> OutageQuerySet:
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=span.start), starts_at__lt=span.end)


class Outage(models.Model):
    """A resource down from a moment until it is mended."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="outages")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = OutageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="outage_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource}: {self.reason}"
