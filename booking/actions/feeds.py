"""Making and revoking the secret addresses of calendars."""

from __future__ import annotations

import secrets
from datetime import datetime

from booking.models import Feed
from lab.models import Member, Resource, Zone

MOST = 20  # live feeds of one member


class TooManyFeeds(Exception):
    """Somebody has so many that one more is a mistake."""


def make_feed(
    *, member: Member, scope: Feed.Scope, resource: Resource | None = None, zone: Zone | None = None
) -> Feed:
    """A new secret address.

    Raises:
        TooManyFeeds: when the member has `MOST` already.
    """
    if Feed.objects.filter(member=member, revoked_at=None).count() >= MOST:
        raise TooManyFeeds
    nonce = secrets.token_hex(16)
    return Feed.objects.create(member=member, scope=scope, resource=resource, zone=zone, nonce=nonce)


def revoke_feed(*, feed: Feed, now: datetime) -> None:
    """From now on the address leads nowhere, and never will again."""
    Feed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=now)
