"""What one books: resources, their units, the house rules that they carry, and when they are down."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lab.models.house import HouseFact, HouseQuerySet
from lab.models.naming import Named
from lab.models.people import Badge, Certification, Programme
from lab.models.places import Zone
from lab.models.rules import RuleFields


class Resource(Named, RuleFields):
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
    assurance = models.CharField(
        _("badges at least"), max_length=10, choices=Badge.Assurance, default=Badge.Assurance.UID
    )
    buddy = models.BooleanField(_("only with a second person in the space"), default=False)

    always_open = models.BooleanField(_("can be booked at any hour"), default=False)
    listed = models.BooleanField(_("shown in lists"), default=True)
    programmes = models.ManyToManyField(
        Programme, through="ProgrammeAccess", related_name="resources", blank=True
    )

    idle_below_w = models.FloatField(_("idle below (W)"), null=True, blank=True)
    busy_above_w = models.FloatField(_("busy above (W)"), null=True, blank=True)
    off_below_w = models.FloatField(_("off below (W)"), null=True, blank=True)
    busy_after_s = models.PositiveIntegerField(_("busy after (s)"), null=True, blank=True)
    idle_after_s = models.PositiveIntegerField(_("idle after (s)"), null=True, blank=True)

    class Meta(Named.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(idle_below_w__isnull=True)
                | Q(busy_above_w__isnull=True)
                | Q(busy_above_w__gte=F("idle_below_w")),
                name="resource_busy_is_above_idle",
            ),
            models.CheckConstraint(
                condition=Q(off_below_w__isnull=True)
                | Q(idle_below_w__isnull=True)
                | Q(off_below_w__lte=F("idle_below_w")),
                name="resource_off_is_below_idle",
            ),
            *RuleFields.Meta.constraints,
        ]


class ProgrammeAccess(HouseFact):
    """A programme whose members may book a resource; where there are any, nobody else may."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "programme"], name="programme_access_once")
        ]

    def __str__(self) -> str:
        return f"{self.resource}: {self.programme}"


class InService(models.Manager.from_queryset(HouseQuerySet)):  # type: ignore[misc]
    """The units that can be booked."""

    def get_queryset(self) -> HouseQuerySet:
        found: HouseQuerySet = super().get_queryset().filter(retired=False)
        return found


class Unit(HouseFact):
    """One of a resource's interchangeable copies; a retired one keeps its history and claims nothing new."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="units")
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    retired = models.BooleanField(_("taken out of service"), default=False)

    objects = InService()  # type: ignore[misc]
    everything = HouseQuerySet.as_manager()

    class Meta:
        ordering = ["resource", "number"]
        constraints = [models.UniqueConstraint(fields=["resource", "number"], name="unit_number_once")]

    def __str__(self) -> str:
        return f"{self.resource.slug}/{self.number}"


class Link(HouseFact):
    """Booking a resource claims units of another one with it.

    Benches that disturb each other by radio share an interference unit; a machine claims the kit it needs.
    """

    class Why(models.TextChoices):
        INTERFERENCE = "interference", _("they disturb each other")
        KIT = "kit", _("it is needed with it")

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="links")
    also = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="linked_from")
    why = models.CharField(_("why"), max_length=12, choices=Why, default=Why.KIT)
    units = models.PositiveSmallIntegerField(_("units"), default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "also"], name="link_once"),
            models.CheckConstraint(condition=~Q(resource=F("also")), name="link_to_another"),
            models.CheckConstraint(condition=Q(units__gte=1), name="link_claims_something"),
        ]

    def __str__(self) -> str:
        return f"{self.resource} + {self.also}"


class OutageQuerySet(HouseQuerySet):
    """Which outages hold at a time; one that is not mended yet has no end."""

    def at(self, moment: datetime) -> OutageQuerySet:
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=moment), starts_at__lte=moment)


class Outage(HouseFact):
    """A resource down from a moment until it is mended."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="outages")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = OutageQuerySet.as_manager()  # type: ignore[misc]  # of two managers, the nearer one

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="outage_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource} · {self.reason}"
