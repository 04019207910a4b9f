"""What has to be done to machines again and again: the plans, where each stands, and what was done."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from lab.models import Certification, Member, Outage, Resource


class UpkeepPlan(models.Model):
    """Work that comes round after so many hours at work, after so much time, or whichever comes first.

    For one resource, or for each one of a kind.
    """

    class Period(models.TextChoices):
        WEEK = "week", _("weeks")
        MONTH = "month", _("months")

    class Overdue(models.TextChoices):
        WARN = "warn", _("warn only")
        STOP = "stop", _("take it out of service")

    name = models.CharField(_("name"), max_length=80)
    resource = models.ForeignKey(
        Resource, on_delete=models.CASCADE, null=True, blank=True, related_name="upkeep_plans"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Resource.Kind, blank=True)
    every_hours = models.PositiveIntegerField(_("every so many hours of work"), null=True, blank=True)
    every = models.PositiveSmallIntegerField(_("every so many weeks or months"), null=True, blank=True)
    period = models.CharField(_("counted in"), max_length=5, choices=Period, default=Period.MONTH)
    warn_percent = models.PositiveSmallIntegerField(_("announced at (%)"), default=80)
    overdue = models.CharField(_("when overdue"), max_length=4, choices=Overdue, default=Overdue.WARN)
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(_("given up"), null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("maintenance plan")
        constraints = [
            CheckConstraint(
                condition=Q(resource=None) & ~Q(kind="") | Q(resource__isnull=False, kind=""),
                name="upkeep_plan_of_resource_or_kind",
            ),
            CheckConstraint(
                condition=Q(every_hours__gte=1) | Q(every__gte=1), name="upkeep_plan_comes_round"
            ),
            CheckConstraint(condition=Q(warn_percent__range=(1, 100)), name="upkeep_plan_warns_in_time"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stops(self) -> bool:
        return self.overdue == self.Overdue.STOP


class UpkeepTask(models.Model):
    """One line of a plan's checklist; with a `unit`, something is measured."""

    plan = models.ForeignKey(UpkeepPlan, on_delete=models.CASCADE, related_name="tasks")
    place = models.PositiveSmallIntegerField(_("place"), default=0)
    text = models.CharField(_("task"), max_length=200)
    unit = models.CharField(_("measured in"), max_length=20, blank=True)
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.text


class Upkeep(models.Model):
    """How a plan stands at one resource.

    It counts from `since`, when the machine had `hours_before` behind it already; `until_hours` and `until`
    take the place of the plan's own limits when it was put off. A new `round` begins with each sign-off
    and each postponement: each is told, and stops the machine, once.
    """

    plan = models.ForeignKey(UpkeepPlan, on_delete=models.CASCADE, related_name="upkeeps")
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="upkeeps")
    since = models.DateTimeField(_("counted from"))
    hours_before = models.FloatField(_("hours of work before that"), default=0)
    until_hours = models.FloatField(_("put off until (h)"), null=True, blank=True)
    until = models.DateTimeField(_("put off until"), null=True, blank=True)
    round = models.PositiveIntegerField(default=0)
    outage = models.ForeignKey(
        Outage, on_delete=models.SET_NULL, null=True, blank=True, related_name="upkeeps"
    )

    class Meta:
        constraints = [UniqueConstraint(fields=["plan", "resource"], name="upkeep_once_at_a_resource")]

    def __str__(self) -> str:
        return f"{self.plan} · {self.resource}"


class UpkeepVisit(models.Model):
    """One line of the history: signed off, put off, or counted anew."""

    class What(models.TextChoices):
        DONE = "done", _("signed off")
        POSTPONED = "postponed", _("put off")
        COUNTED = "counted", _("hours set")

    upkeep = models.ForeignKey(Upkeep, on_delete=models.CASCADE, related_name="visits")
    what = models.CharField(_("what"), max_length=10, choices=What)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    hours = models.FloatField(_("hours of work since the last time"))
    counter = models.FloatField(_("hour counter"), null=True, blank=True)
    until_hours = models.FloatField(_("put off until (h)"), null=True, blank=True)
    until = models.DateTimeField(_("put off until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.upkeep}: {self.what}"


class UpkeepCheck(models.Model):
    """One task of a sign-off, in the words that it had then."""

    visit = models.ForeignKey(UpkeepVisit, on_delete=models.CASCADE, related_name="checks")
    text = models.CharField(_("task"), max_length=200)
    done = models.BooleanField(_("done"))
    value = models.FloatField(_("measured"), null=True, blank=True)
    unit = models.CharField(_("measured in"), max_length=20, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class HourMark(models.Model):
    """What a machine's own hour counter showed at a time; bought used or replaced, it goes on from there."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="hour_marks")
    at = models.DateTimeField(_("at"))
    hours = models.FloatField(_("hours"))
    by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [CheckConstraint(condition=Q(hours__gte=0), name="hour_mark_is_not_negative")]

    def __str__(self) -> str:
        return f"{self.resource}: {self.hours} h"
