"""Members, what they may prove, and what they carry."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lab.fingerprints import pepper_mark
from lab.models.naming import Named


class Member(AbstractUser):
    """An account; the role decides what its owner may see and steer."""

    class Role(models.TextChoices):
        MAKER = "maker", _("maker")
        MANAGER = "manager", _("lab manager")
        ADMIN = "admin", _("administrator")

    class Mails(models.TextChoices):
        ALL = "all", _("everything that concerns me")
        IMPORTANT = "important", _("only what I could miss")

    class Alarms(models.TextChoices):
        ALL = "all", _("every alarm")
        WARNING = "warning", _("warnings and alarms")
        ALARM = "alarm", _("only what is serious")
        NONE = "none", _("no alarm")

    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MAKER)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="fr")
    suspended = models.BooleanField(_("suspended"), default=False)
    member_until = models.DateField(_("member until"), null=True, blank=True)
    any_hour = models.BooleanField(_("passes doors at any hour"), default=False)
    shows_name = models.BooleanField(_("name may stand on shared screens"), default=False)
    mails = models.CharField(_("mails"), max_length=10, choices=Mails, default=Mails.ALL)
    alarms = models.CharField(_("mails about alarms"), max_length=10, choices=Alarms, default=Alarms.WARNING)

    @property
    def is_manager(self) -> bool:
        return self.is_active and self.role in {self.Role.MANAGER, self.Role.ADMIN}

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username


class ApiToken(models.Model):
    """A Bearer token; only its digest is kept."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(_("label"), max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.member}: {self.label}"

    @staticmethod
    def digest_of(token: str) -> str:
        # The token is 256 random bits, so a plain digest can't be guessed back.
        return hashlib.sha256(token.encode()).hexdigest()

    @classmethod
    def issue(cls, member: Member, *, label: str = "") -> str:
        """Make a token and return it in clear, this once."""
        token = secrets.token_urlsafe(32)
        cls.objects.create(member=member, digest=cls.digest_of(token), label=label)
        return token


class Certification(Named):
    """A skill that a resource may ask for."""


class Award(models.Model):
    """A certification given to a member by somebody."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="awards")
    certification = models.ForeignKey(Certification, on_delete=models.CASCADE, related_name="awards")
    awarded_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="given_awards", null=True)
    awarded_at = models.DateTimeField(_("awarded"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    instructor = models.BooleanField(_("instructor"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "certification"], name="award_once_per_member"),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("awarded_at")),
                name="award_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.certification}"


class Training(models.Model):
    """A session in which a certification can be earned."""

    certification = models.ForeignKey(Certification, on_delete=models.CASCADE, related_name="trainings")
    starts_at = models.DateTimeField(_("starts"))
    minutes = models.PositiveSmallIntegerField(_("length (min)"), default=120)
    seats = models.PositiveSmallIntegerField(_("seats"), default=6)
    place = models.CharField(_("place"), max_length=120, blank=True)
    attendees = models.ManyToManyField(Member, through="Seat", related_name="trainings", blank=True)

    class Meta:
        ordering = ["starts_at"]

    def __str__(self) -> str:
        return f"{self.certification}, {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class Seat(models.Model):
    """A member's place in a training; numbered, so that the database lets nobody sit on another's."""

    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="taken")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="seats")
    number = models.PositiveSmallIntegerField(_("number"))
    taken_at = models.DateTimeField(_("signed up"), null=True, blank=True)

    class Meta:
        ordering = ["training", "number"]
        constraints = [
            models.UniqueConstraint(fields=["training", "number"], name="training_seat_taken_once"),
            models.UniqueConstraint(fields=["training", "member"], name="training_one_seat_a_member"),
            models.CheckConstraint(condition=Q(number__gte=1), name="training_seats_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.training}: {self.number}"


class Programme(Named):
    """A cohort with dates and rights, such as a residency of three months."""

    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    members = models.ManyToManyField(Member, related_name="programmes", blank=True)

    class Meta(Named.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="programme_ends_after_start",
            )
        ]


def current_pepper() -> str:
    """The name of the pepper that new fingerprints are made with."""
    return pepper_mark(settings.CONFIG.badge_pepper)


class Badge(models.Model):
    """A card, fob or phone; its UID is kept only as a keyed fingerprint."""

    class Kind(models.TextChoices):
        CARD = "card", _("card")
        FOB = "fob", _("fob")
        PHONE = "phone", _("phone")
        GUEST = "guest", _("guest badge")

    class Assurance(models.TextChoices):
        UID = "uid", _("UID only")
        SUN = "sun", _("NTAG 424 DNA")
        OSDP = "osdp", _("OSDP or DESFire")

    member = models.ForeignKey(
        Member,
        verbose_name=_("owner"),
        on_delete=models.CASCADE,
        related_name="badges",
        null=True,
        blank=True,
    )
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    pepper = models.CharField(max_length=8, default=current_pepper, editable=False)
    read_counter = models.IntegerField(default=-1, editable=False)  # of a secure card; -1 before its first
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CARD)
    assurance = models.CharField(_("assurance"), max_length=10, choices=Assurance, default=Assurance.UID)
    label = models.CharField(_("label"), max_length=40, blank=True)
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    lost_at = models.DateTimeField(_("lost"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gt=F("valid_from")),
                name="badge_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return self.label or self.get_kind_display()

    def valid_at(self, moment: datetime) -> bool:
        return (self.valid_from is None or self.valid_from <= moment) and (
            self.valid_until is None or moment < self.valid_until
        )
