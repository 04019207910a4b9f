"""Who waits for a time."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from booking.models.bookings import Booking
from lab.models import Member, Resource
from lab.spans import Span


class Wait(models.Model):
    """A member waits for `minutes` of a resource, or of any of a kind, within a window."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        OFFERED = "offered", _("offered")
        TAKEN = "taken", _("taken")
        EXPIRED = "expired", _("expired")
        WITHDRAWN = "withdrawn", _("withdrawn")

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="waits")
    resource = models.ForeignKey(
        Resource, on_delete=models.CASCADE, null=True, blank=True, related_name="waits"
    )
    kind = models.CharField(_("kind"), max_length=10, blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    minutes = models.PositiveIntegerField(_("length (min)"))
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    offer = models.OneToOneField(
        Booking, on_delete=models.SET_NULL, null=True, blank=True, related_name="wait"
    )
    declined = models.JSONField(default=list)  # times that the member did not want: [from, until]
    created_at = models.DateTimeField(_("since"))

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["state", "created_at"])]
        constraints = [
            CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="wait_ends_after_start"),
            CheckConstraint(
                condition=Q(resource__isnull=False, kind="") | (Q(resource__isnull=True) & ~Q(kind="")),
                name="wait_for_resource_or_kind",
            ),
            CheckConstraint(
                condition=~Q(state="offered") | Q(offer__isnull=False), name="wait_offered_has_an_offer"
            ),
            UniqueConstraint(fields=["member"], condition=Q(state="offered"), name="wait_one_offer_a_member"),
            UniqueConstraint(
                fields=["member", "resource", "starts_at", "ends_at", "minutes"],
                condition=Q(state__in=["waiting", "offered"], resource__isnull=False),
                name="wait_once_for_a_resource",
            ),
            UniqueConstraint(
                fields=["member", "kind", "starts_at", "ends_at", "minutes"],
                condition=Q(state__in=["waiting", "offered"], resource__isnull=True),
                name="wait_once_for_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.resource or self.kind}"

    @property
    def window(self) -> Span:
        return Span(self.starts_at, self.ends_at)
