"""What bookings and sessions are charged to, and the price list of materials."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from lab.models import Member, Programme
from lab.models.naming import Named


class Project(models.Model):
    """A member's own, or a programme's, to whose members it is open. A closed one takes nothing new."""

    slug = models.SlugField(_("slug"), max_length=63, unique=True)
    name = models.CharField(_("name"), max_length=80)
    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, null=True, blank=True, related_name="projects"
    )
    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, null=True, blank=True, related_name="projects"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("project")
        constraints = [
            CheckConstraint(
                condition=Q(member=None, programme__isnull=False) | Q(member__isnull=False, programme=None),
                name="project_is_a_member_s_or_a_programme_s",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Material(Named):
    """A line of the price list; one that is no longer sold stays in the accounts."""

    unit = models.CharField(_("unit"), max_length=20)
    price = models.DecimalField(_("credits per unit"), max_digits=8, decimal_places=2, default=0)
    retired = models.BooleanField(_("no longer sold"), default=False)

    class Meta(Named.Meta):
        ordering = ["name", "slug"]
        verbose_name = _("material")
        constraints = [CheckConstraint(condition=Q(price__gte=0), name="material_price_is_not_negative")]
