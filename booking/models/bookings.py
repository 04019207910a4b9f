"""Bookings, the time that they claim, what became of them, and their series."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from booking.constraints import NoOverlap
from booking.models.projects import Project
from lab.models import Member, Unit
from lab.spans import Span


class Series(models.Model):
    """A repetition: an RFC 5545 rule from a first start, kept at the lab's wall clock."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="series")
    rule = models.CharField(_("rule"), max_length=500)
    starts_at = models.DateTimeField(_("first start"))
    ends_at = models.DateTimeField(_("first end"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "series"
        constraints = [
            CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="series_ends_after_start")
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.rule}"


class Booking(models.Model):
    """A span promised to a member, or asked for, or held for them to take.

    Only a `requested` one claims nothing yet: several may ask for the same time until one is approved.
    `sequence` grows with every change that calendars and mails have to tell.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        HELD = "held", _("held")
        BOOKED = "booked", _("booked")
        CHECKED_IN = "checked_in", _("checked in")
        DONE = "done", _("done")
        MISSED = "missed", _("missed")
        CANCELLED = "cancelled", _("cancelled")
        DECLINED = "declined", _("declined")

    LIVE = (State.REQUESTED, State.HELD, State.BOOKED, State.CHECKED_IN)
    PROMISED = (State.BOOKED, State.CHECKED_IN)

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="bookings")
    booked_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    project = models.ForeignKey(
        Project, on_delete=models.SET_NULL, null=True, blank=True, related_name="bookings"
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.BOOKED)
    sequence = models.PositiveIntegerField(default=0)
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    series = models.ForeignKey(
        Series, on_delete=models.SET_NULL, null=True, blank=True, related_name="bookings"
    )
    occurs_at = models.DateTimeField(_("start by the series' rule"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [
            Index(fields=["member", "starts_at"]),
            Index(fields=["starts_at", "ends_at"]),
            # Those that have begun and are not over are few in each state, whatever the size of the table.
            Index(fields=["state", "starts_at"], name="booking_state_from"),
            Index(fields=["state", "ends_at"], name="booking_state_until"),
        ]
        constraints = [
            CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="booking_ends_after_start"),
            CheckConstraint(
                condition=~Q(state="held") | Q(held_until__isnull=False), name="booking_held_has_a_deadline"
            ),
            UniqueConstraint(fields=["series", "occurs_at"], name="booking_once_per_occurrence"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.starts_at}–{self.ends_at}"

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE


class Claim(models.Model):
    """Time on one unit that a booking blocks: set-up, the booked span, clean-up.

    It blocks while it is `standing`. A claim that another one took the place of is `superseded` and kept as
    history; one that isn't tells what its booking is about, or was. `linked` ones were not asked for: what
    was needs them.
    """

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="claims")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="claims", db_index=False)
    blocked_from = models.DateTimeField(_("blocked from"))
    blocked_until = models.DateTimeField(_("blocked until"))
    standing = models.BooleanField(default=True)
    superseded = models.BooleanField(default=False)
    linked = models.BooleanField(default=False)

    class Meta:
        indexes = [Index("unit", "blocked_from", condition=Q(standing=True), name="claim_standing_by_unit")]
        constraints = [
            CheckConstraint(condition=Q(blocked_until__gt=F("blocked_from")), name="claim_ends_after_start"),
            CheckConstraint(
                condition=Q(standing=False) | Q(superseded=False), name="claim_superseded_does_not_stand"
            ),
            NoOverlap(
                "unit",
                start="blocked_from",
                end="blocked_until",
                when=Q(standing=True),
                name="claim_unit_taken",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.blocked_from}–{self.blocked_until}"


class Change(models.Model):
    """One line of a booking's history: who did what, when, what stood before, and why."""

    class What(models.TextChoices):
        OVERRIDDEN = "overridden", _("booked against a rule")
        MOVED = "moved", _("moved")
        RENAMED = "renamed", _("purpose changed")
        EXTENDED = "extended", _("extended")
        FINISHED = "finished", _("finished early")
        CANCELLED = "cancelled", _("cancelled")
        RESTORED = "restored", _("taken back")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")
        HANDED_OVER = "handed_over", _("handed over")
        ARRIVED = "arrived", _("checked in")
        RELEASED = "released", _("released, nobody came")
        FORGIVEN = "forgiven", _("absence waived")
        UPHELD = "upheld", _("absence kept")
        TAKEN = "taken", _("offer taken")
        LAPSED = "lapsed", _("offer given back")

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="changes")
    what = models.CharField(_("what"), max_length=12, choices=What)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    before = models.JSONField(_("before"), default=dict)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [Index(fields=["what", "at"], name="change_by_what_and_when")]

    def __str__(self) -> str:
        return f"{self.booking_id}: {self.what}"


class IdempotencyKey(models.Model):
    """A wish that a client may repeat: the same key and body give the same booking."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    body_digest = models.CharField(max_length=64)
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["member", "key"], name="idempotency_key_once_per_member")]

    def __str__(self) -> str:
        return self.key
