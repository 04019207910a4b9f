"""House rules as data: what a resource asks of a booking, what its kind asks, and quotas."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lab.models.house import HouseFact
from lab.models.naming import Named
from lab.models.people import Member, Programme


class Tariff(Named):
    """What an hour costs, in the lab's own credits."""

    credits_per_hour = models.DecimalField(_("credits an hour"), max_digits=8, decimal_places=2, default=0)


class RuleFields(HouseFact):
    """The rules that a resource may set; what it leaves empty its kind sets, and else the house."""

    min_minutes = models.PositiveIntegerField(_("shortest booking (min)"), null=True, blank=True)
    max_minutes = models.PositiveIntegerField(_("longest booking (min)"), null=True, blank=True)
    grid_minutes = models.PositiveSmallIntegerField(_("starts every (min)"), null=True, blank=True)
    notice_minutes = models.PositiveIntegerField(_("notice (min)"), null=True, blank=True)
    horizon_days = models.PositiveSmallIntegerField(_("bookable ahead (days)"), null=True, blank=True)
    setup_minutes = models.PositiveSmallIntegerField(_("set-up (min)"), null=True, blank=True)
    cleanup_minutes = models.PositiveSmallIntegerField(_("clean-up (min)"), null=True, blank=True)
    cancel_minutes = models.PositiveIntegerField(_("last cancellation before (min)"), null=True, blank=True)
    grace_minutes = models.PositiveSmallIntegerField(
        _("released when unused after (min)"), null=True, blank=True
    )
    idle_minutes = models.PositiveSmallIntegerField(
        _("badged out when idle for (min)"), null=True, blank=True
    )
    approval = models.BooleanField(_("a manager approves"), null=True, blank=True)
    overnight = models.BooleanField(_("may run on through closed hours"), null=True, blank=True)
    unattended = models.BooleanField(_("may run unattended"), null=True, blank=True)
    walk_up = models.BooleanField(_("usable without a booking"), null=True, blank=True)
    role = models.CharField(_("for"), max_length=10, choices=Member.Role, blank=True)
    tariff = models.ForeignKey(
        Tariff, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("tariff")
    )

    class Meta(HouseFact.Meta):
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(max_minutes__isnull=True)
                | Q(min_minutes__isnull=True)
                | Q(max_minutes__gte=F("min_minutes")),
                name="%(class)s_longest_is_not_below_shortest",
            ),
            models.CheckConstraint(
                condition=Q(grid_minutes__isnull=True) | Q(grid_minutes__range=(1, 24 * 60)),
                name="%(class)s_grid_is_part_of_a_day",
            ),
        ]


class KindRules(RuleFields):
    """The rules of a kind, where a resource of that kind sets none."""

    kind = models.CharField(_("kind"), max_length=10, unique=True)

    def __str__(self) -> str:
        return self.kind


class Quota(HouseFact):
    """How much of a resource or kind one member, or one programme together, may book in a period.

    Only `peak_from` to `peak_until` (wall clock) counts when set; weekends only when `weekends` says so.
    """

    class Measure(models.TextChoices):
        MINUTES = "minutes", _("minutes")
        COUNT = "count", _("bookings")

    class Period(models.TextChoices):
        DAY = "day", _("a day")
        WEEK = "week", _("a week")
        MONTH = "month", _("a month")
        ROLLING = "rolling", _("any so many days")

    resource = models.ForeignKey(
        "lab.Resource", on_delete=models.CASCADE, null=True, blank=True, related_name="quotas"
    )
    kind = models.CharField(_("kind"), max_length=10, blank=True)
    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, null=True, blank=True, related_name="quotas"
    )
    together = models.BooleanField(_("shared by the whole programme"), default=False)
    measure = models.CharField(_("counted in"), max_length=8, choices=Measure, default=Measure.MINUTES)
    most = models.PositiveIntegerField(_("at most"))
    period = models.CharField(_("each"), max_length=8, choices=Period, default=Period.WEEK)
    days = models.PositiveSmallIntegerField(_("days of a rolling window"), default=7)
    peak_from = models.TimeField(_("counts from"), null=True, blank=True)
    peak_until = models.TimeField(_("counts until"), null=True, blank=True)
    weekends = models.BooleanField(_("weekends count"), default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(resource__isnull=True) | Q(kind=""), name="quota_of_resource_or_kind"
            ),
            models.CheckConstraint(
                condition=Q(together=False) | Q(programme__isnull=False), name="quota_shared_by_a_programme"
            ),
            models.CheckConstraint(condition=Q(days__range=(1, 366)), name="quota_window_is_within_a_year"),
            models.CheckConstraint(
                condition=Q(peak_from__isnull=True, peak_until__isnull=True)
                | Q(peak_until__gt=F("peak_from")),
                name="quota_peak_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        what, counted = self.resource or self.kind or "*", self.get_measure_display()
        return f"{what} · {self.most} {counted} / {self.get_period_display()}"
