"""What members are told, and the secret addresses of their calendars."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from booking.models.bookings import Booking
from lab.models import Member, Resource, Zone


class Notice(models.Model):
    """Something a member is told once: on screen at once, by mail as soon as the mail server takes it.

    `key` makes it once: the same fact told again is the same row. `data` holds the facts as they were.
    """

    class Kind(models.TextChoices):
        BOOKED = "booked", _("booked")
        REQUESTED = "requested", _("requested")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")
        MOVED = "moved", _("moved")
        CANCELLED = "cancelled", _("cancelled")
        HANDED_OVER = "handed_over", _("handed over")
        REMINDER = "reminder", _("reminder")
        OFFER = "offer", _("offer")
        OFFER_OVER = "offer_over", _("offer over")
        RELEASED = "released", _("released")
        OUTAGE = "outage", _("outage")
        TO_APPROVE = "to_approve", _("to approve")
        OBJECTION = "objection", _("objection")
        FAULT = "fault", _("fault reported")
        STILL_BUSY = "still_busy", _("still running")
        UPKEEP = "upkeep", _("maintenance due")
        BADGE_ASKED = "badge_asked", _("badge to approve")
        BADGE_GIVEN = "badge_given", _("badge works")
        BADGE_DENIED = "badge_denied", _("badge not accepted")
        BADGE_LOST = "badge_lost", _("badge blocked")
        HOOK_PAUSED = "hook_paused", _("webhook paused")
        ALARM = "alarm", _("alarm raised")
        ALARM_OVER = "alarm_over", _("alarm over")

    class Invitation(models.TextChoices):
        REQUEST = "REQUEST", _("invitation")
        CANCEL = "CANCEL", _("invitation taken back")

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    key = models.CharField(max_length=120, unique=True)
    booking = models.ForeignKey(
        Booking, on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("at"))
    mail_after = models.DateTimeField(_("mailed after"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    invitation = models.CharField(_("mailed with"), max_length=7, choices=Invitation, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                "mail_after", condition=Q(mailed_at=None, mail_after__isnull=False), name="notice_to_mail"
            ),
            models.Index("member", condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.kind}"


class Mailbox(models.Model):
    """A member's mail: one worker at a time sends it, and what became of it last."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="mailbox")
    claimed_until = models.DateTimeField(_("being sent until"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("last mail"), null=True, blank=True)
    refused_at = models.DateTimeField(_("address refused"), null=True, blank=True)

    class Meta:
        verbose_name_plural = "mailboxes"

    def __str__(self) -> str:
        return str(self.member)


def new_name() -> str:
    return uuid4().hex


class Origin(models.Model):
    """What calendars know this lab by, in every UID; made once and never changed, whatever its address."""

    name = models.CharField(max_length=40, default=new_name, editable=False)

    class Meta:
        constraints = [CheckConstraint(condition=Q(pk=1), name="origin_is_one")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> str:
        return cls.objects.get_or_create(pk=1)[0].name


class Feed(models.Model):
    """A calendar under a secret address; the address is made from the row and the lab's key, never kept."""

    class Scope(models.TextChoices):
        PERSONAL = "personal", _("my bookings")
        RESOURCE = "resource", _("a resource")
        ZONE = "zone", _("a space")

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="feeds")
    scope = models.CharField(_("what"), max_length=10, choices=Scope)
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    nonce = models.CharField(max_length=32, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(_("last read"), null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            CheckConstraint(
                condition=Q(scope="personal", resource=None, zone=None)
                | Q(scope="resource", resource__isnull=False, zone=None)
                | Q(scope="zone", resource=None, zone__isnull=False),
                name="feed_shows_what_it_says",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.scope}"
