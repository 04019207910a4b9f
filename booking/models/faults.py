"""What members say is broken, until a manager has looked at it."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from lab.models import Member, Outage, Resource


class FaultReport(models.Model):
    """Somebody says that a resource does not work; a manager makes an outage of it, or not."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="fault_reports")
    member = models.ForeignKey(
        Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="fault_reports"
    )
    text = models.CharField(_("what is wrong"), max_length=500)
    at = models.DateTimeField(_("at"))
    outage = models.ForeignKey(
        Outage, on_delete=models.SET_NULL, null=True, blank=True, related_name="reports"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    answer = models.CharField(_("answer"), max_length=200, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            UniqueConstraint(
                fields=["resource", "member"], condition=Q(decided_at=None), name="fault_reported_once"
            ),
            CheckConstraint(
                condition=Q(outage__isnull=True) | Q(decided_at__isnull=False), name="fault_outage_is_decided"
            ),
            CheckConstraint(
                condition=Q(answer="") | Q(decided_at__isnull=False), name="fault_answer_is_decided"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} · {self.text}"
