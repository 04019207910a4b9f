"""Who looked at what about whom: kept a year, and shown to those it is about."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q, UniqueConstraint
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from lab.models.people import Member


class Look(models.Model):
    """A lab manager opened something personal; once a day for the same, with how often."""

    class What(models.TextChoices):
        MEMBER = "member", _("the member's page")
        DATA = "data", _("everything kept about the member")
        PASSAGES = "passages", _("passages")
        PRESENCE = "presence", _("who is in")
        SESSIONS = "sessions", _("what ran, for whom")

    by = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="looks")
    about = models.ForeignKey(
        Member, on_delete=models.CASCADE, null=True, blank=True, related_name="looked_at"
    )
    what = models.CharField(_("what"), max_length=10, choices=What)
    day = models.DateField(_("day"), db_index=True)
    times = models.PositiveIntegerField(_("times"), default=1)
    at = models.DateTimeField(_("last"))

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            UniqueConstraint(
                fields=["by", "about", "what", "day"], condition=Q(about__isnull=False), name="look_about_one"
            ),
            UniqueConstraint(
                fields=["by", "what", "day"], condition=Q(about__isnull=True), name="look_about_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by}: {self.what}, {self.day}"

    @classmethod
    def note(cls, by: Member, what: Look.What, *, now: datetime, about: Member | None = None) -> None:
        """Somebody looks at this now; at one's own there is nothing to note."""
        if about is not None and about.pk == by.pk:
            return
        found, new = cls.objects.get_or_create(
            by=by, about=about, what=what, day=localdate(now), defaults={"at": now}
        )
        if not new:
            cls.objects.filter(pk=found.pk).update(times=F("times") + 1, at=now)
