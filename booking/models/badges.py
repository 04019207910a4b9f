"""Cards on their way to somebody, and how far the loss of one has come round."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from devices.models import Device
from lab.models import Badge, Member
from lab.models.people import current_pepper


class Enrolment(models.Model):
    """A card that nobody has: a reader shows a code for it, and whoever typed that waits for a manager.

    Of the card only fingerprints are kept, of the code only its digest, and that until it is used.
    """

    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    pepper = models.CharField(max_length=8, default=current_pepper, editable=False)
    sealed = models.CharField(max_length=64, editable=False)
    read_counter = models.IntegerField(default=-1, editable=False)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="enrolments")
    code = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    offered_at = models.DateTimeField(_("tapped"))
    expires_at = models.DateTimeField(_("code good until"))
    claimed_by = models.ForeignKey(
        Member, on_delete=models.CASCADE, null=True, blank=True, related_name="enrolments"
    )
    claimed_at = models.DateTimeField(_("asked"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Badge.Kind, default=Badge.Kind.CARD)
    label = models.CharField(_("label"), max_length=40, blank=True)

    class Meta:
        ordering = ["claimed_at", "offered_at"]
        constraints = [
            CheckConstraint(
                condition=Q(claimed_by=None, claimed_at=None) | Q(claimed_at__isnull=False, code=""),
                name="enrolment_code_ends_with_its_use",
            )
        ]

    def __str__(self) -> str:
        return self.label or self.get_kind_display()


class CodeTry(models.Model):
    """A member typed a code; so many are enough for a while."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.member_id} {self.at}"


class Barred(models.Model):
    """When a reader held a list without a badge that was lost: from then on it refuses it alone, too."""

    badge = models.ForeignKey(Badge, on_delete=models.CASCADE, related_name="barred")
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["at"]
        constraints = [UniqueConstraint(fields=["badge", "device"], name="badge_is_barred_once_at_a_reader")]

    def __str__(self) -> str:
        return f"{self.badge_id} at {self.device_id}"
