"""Material that a session used up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from booking.models.facts import UsageSession
from booking.models.projects import Material
from lab.models import Member

CENT = Decimal("0.01")


class MaterialUse(models.Model):
    """So much of a material, at the price that it had then; `member` is whose session it was."""

    session = models.ForeignKey(UsageSession, on_delete=models.CASCADE, related_name="materials")
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="uses")
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=3)
    price = models.DecimalField(_("credits per unit"), max_digits=8, decimal_places=2)
    member = models.ForeignKey(
        Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="materials"
    )
    entered_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["at", "pk"]
        constraints = [CheckConstraint(condition=Q(amount__gt=0), name="material_use_is_more_than_nothing")]

    def __str__(self) -> str:
        return f"{self.amount} {self.material.unit} {self.material}"

    @property
    def credits(self) -> Decimal:
        return (self.amount * self.price).quantize(CENT, ROUND_HALF_UP)
