"""Zones, their doors, and when they are open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lab.calendar import Hours
from lab.models.house import HouseFact
from lab.models.naming import Named
from lab.models.people import Badge, Certification, Member, Programme


class Zone(Named):
    """Where one is once inside; it may demand a certification, a programme or a role of whoever comes in."""

    capacity = models.PositiveIntegerField(_("capacity"), null=True, blank=True)
    always_open = models.BooleanField(_("always open"), default=False)
    holidays = models.CharField(_("closed on the public holidays of"), max_length=10, blank=True)
    certification = models.ForeignKey(
        Certification,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="zones",
        verbose_name=_("certification to come in"),
    )
    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="zones",
        verbose_name=_("programme to come in"),
    )
    role = models.CharField(_("role to come in"), max_length=10, choices=Member.Role, blank=True)


class OpeningHours(HouseFact):
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


class SpecialDay(HouseFact):
    """Other hours on one day, holiday or not; several rows make several openings, one without hours none."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="special_days")
    day = models.DateField(_("day"))
    opens = models.TimeField(_("opens"), null=True, blank=True)
    closes = models.TimeField(_("closes"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    class Meta:
        ordering = ["day", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__isnull=False, closes__isnull=False),
                name="special_day_has_both_hours_or_none",
            )
        ]

    def __str__(self) -> str:
        return f"{self.zone} {self.day}"


def special_days(rows: Iterable[SpecialDay]) -> dict[date, tuple[Hours, ...]]:
    """The hours of each special day, none for a closed one."""
    found: dict[date, tuple[Hours, ...]] = {}
    for row in rows:
        hours = (Hours(row.day.weekday(), row.opens, row.closes),) if row.opens and row.closes else ()
        found[row.day] = found.get(row.day, ()) + hours
    return found


class Closure(HouseFact):
    """The whole lab or one zone shut for a span."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="closures", null=True, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)
    uid = models.CharField(max_length=255, blank=True, editable=False)  # of the calendar it was imported from

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="closure_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.reason or str(self.zone)


class Door(Named):
    """What unlocks; a passage through it enters or leaves its zone."""

    class Way(models.TextChoices):
        BOTH = "both", _("in and out in turn")
        IN = "in", _("only in")
        OUT = "out", _("only out")

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="doors")
    way = models.CharField(_("its reader lets"), max_length=4, choices=Way, default=Way.BOTH)
    assurance = models.CharField(
        _("badges at least"), max_length=10, choices=Badge.Assurance, default=Badge.Assurance.UID
    )
    hard_passback = models.BooleanField(_("nobody comes in twice"), default=False)
    unlock_seconds = models.PositiveSmallIntegerField(_("unlocked for (s)"), default=5)
    fail_safe = models.BooleanField(_("unlocked without power"), default=True)
