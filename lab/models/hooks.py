"""Webhooks: which addresses are told of what happens, and what is on its way to them."""

from __future__ import annotations

import secrets
from base64 import b64encode
from datetime import datetime
from uuid import uuid4

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from lab.models.house import HouseFact
from lab.models.people import Member


def new_secret() -> str:
    """A key of 256 random bits, written as https://www.standardwebhooks.com says: `whsec_` and base64."""
    return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"


def new_message() -> str:
    return f"msg_{uuid4().hex}"


class Hook(HouseFact):
    """An address that is told of events; with `members`, of whom they are about, by a pseudonym.

    `old_secret` signs too until `old_until`: a receiver may change keys without missing a message.
    """

    url = models.URLField(_("address"), max_length=500)
    label = models.CharField(_("name"), max_length=80, blank=True)
    events = models.JSONField(_("events"), default=list)
    members = models.BooleanField(_("tell the member’s pseudonym"), default=False)
    enabled = models.BooleanField(_("switched on"), default=True)
    secret = models.CharField(max_length=64, default=new_secret)
    old_secret = models.CharField(max_length=64, blank=True)
    old_until = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="hooks")
    created_at = models.DateTimeField(_("made"))
    since = models.DateTimeField(_("told of what happens from"))
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)

    class Meta:
        ordering = ["label", "url", "pk"]

    def __str__(self) -> str:
        return self.label or self.url

    def wants(self, event: str) -> bool:
        return event in self.events

    def keys(self, now: datetime) -> list[str]:
        """What messages are signed with at this time, the newest first."""
        old = self.old_secret if self.old_until is not None and now < self.old_until else ""
        return [key for key in (self.secret, old) if key]


class Delivery(models.Model):
    """One event on its way to one hook, written with the fact; `payload` is signed and sent as it is."""

    class State(models.TextChoices):
        WAITING = "waiting", _("on its way")
        SENT = "sent", _("delivered")
        DEAD = "dead", _("given up")

    # Whoever writes remembers the hooks: one that was deleted this second must not undo a booking.
    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, db_constraint=False, related_name="deliveries")
    message = models.CharField(max_length=40)
    event = models.CharField(_("event"), max_length=40)
    payload = models.TextField(_("message"))
    created_at = models.DateTimeField(_("at"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_at = models.DateTimeField(_("next try"), null=True, blank=True)
    tried_at = models.DateTimeField(_("last try"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    error = models.CharField(_("trouble"), max_length=200, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="delivery_waits"),
            models.Index(fields=["hook", "-created_at"], name="delivery_of_hook"),
        ]
        constraints = [
            UniqueConstraint(fields=["message", "hook"], name="delivery_once_per_hook"),
            CheckConstraint(
                condition=~Q(state="waiting") | Q(next_at__isnull=False), name="delivery_waits_for_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.hook_id}"


class Cursor(models.Model):
    """How far the rows of another table have been told: up to this key, everything."""

    of = models.CharField(max_length=20, primary_key=True)
    at = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.of}: {self.at}"
