"""Screens that hang in a zone and show its day to anybody."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lab.models.places import Zone

SILENT_AFTER = timedelta(minutes=5)  # it speaks every minute
AT_MIDNIGHT = timedelta(minutes=2)  # so late a screen may turn its page


class Totem(models.Model):
    """A paired screen; of the key that pairs it only the digest is kept."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="totems", verbose_name=_("space"))
    label = models.CharField(_("where it hangs"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    seen_at = models.DateTimeField(_("last heard of"), null=True, blank=True, editable=False)
    shown_on = models.DateField(_("shows the day"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["zone__slug", "label"]
        verbose_name = _("totem")

    def __str__(self) -> str:
        return f"{self.label} ({self.zone})"

    @staticmethod
    def digest_of(key: str) -> str:
        # The key is 256 random bits, so a plain digest can't be guessed back.
        return hashlib.sha256(key.encode()).hexdigest()

    def renew(self) -> str:
        """Give it another key and return that in clear, this once; the old one opens nothing from then on."""
        key = secrets.token_urlsafe(32)
        self.digest = self.digest_of(key)
        return key

    def trouble(self, now: datetime) -> str:
        """`never` shown anything, `silent`, on the `wrong_day`; nothing when all is well."""
        if self.seen_at is None:
            return "never"
        if now - self.seen_at > SILENT_AFTER:
            return "silent"
        days = {timezone.localdate(self.seen_at - late) for late in (timedelta(0), AT_MIDNIGHT)}
        return "" if self.shown_on in days else "wrong_day"
