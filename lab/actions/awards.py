"""Giving a certification, renewing and taking it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lab.actions.changes import facts_of, note_added, note_change
from lab.models import Award, Certification, Member


@transaction.atomic
def award(
    *,
    member: Member,
    certification: Certification,
    by: Member,
    now: datetime,
    expires_at: datetime | None = None,
) -> Award:
    """Give it, or renew what the member holds: from now, until the new expiry or without one."""
    given, new = Award.objects.select_for_update().get_or_create(
        member=member,
        certification=certification,
        defaults={"awarded_by": by, "awarded_at": now, "expires_at": expires_at},
    )
    if new:
        note_added(row=given, by=by)
        return given
    before = facts_of(given)
    given.awarded_by, given.awarded_at, given.expires_at = by, now, expires_at
    given.save()
    note_change(row=given, before=before, by=by)
    return given
