"""What becomes of a badge: lost and found again, lent to a guest and taken back; each leaves a line."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from booking.actions.tell import tell
from booking.models import Barred, Notice, Policy, Presence
from lab.actions.changes import facts_of, note_change
from lab.models import Badge, Member


class CannotDo(Exception):
    """The badge is not as it was when somebody wanted that."""


@transaction.atomic
def report_lost(*, badge: Badge, by: Member, now: datetime) -> None:
    """It opens nothing from this moment on; readers that are alone learn it with their next list.

    Raises:
        CannotDo: it is blocked already.
    """
    row = _locked(badge)
    if row.lost_at is not None:
        raise CannotDo
    before, row.lost_at = facts_of(row), now
    Barred.objects.filter(badge=row).delete()  # of a loss before this one
    _save(row, before, by)
    if row.member is not None:
        key, data = f"{row.pk}:{now.timestamp():.0f}", {"badge": row.pk, "label": str(row)}
        tell(row.member, Notice.Kind.BADGE_LOST, key=key, now=now, by=by, data=data)


@transaction.atomic
def report_found(*, badge: Badge, by: Member, now: datetime) -> None:
    """It opens again.

    Raises:
        CannotDo: it is not lost, or too long so for its owner to say.
    """
    row = _locked(badge)
    if not may_find(row, by, now=now):
        raise CannotDo
    before, row.lost_at = facts_of(row), None
    Barred.objects.filter(badge=row).delete()
    _save(row, before, by)


def may_find(badge: Badge, by: Member, *, now: datetime) -> bool:
    """Managers always; its owner while a slip of the finger is likelier than a thief with their password."""
    if badge.lost_at is None:
        return False
    undo = timedelta(minutes=Policy.current().undo_minutes)
    return by.is_manager or (badge.member_id == by.pk and now < badge.lost_at + undo)


@transaction.atomic
def lend(*, badge: Badge, guest: str, until: datetime, by: Member, now: datetime) -> Member:
    """Hand a guest badge out; the guest is somebody of their own, so that one can see who is in.

    Raises:
        CannotDo: it is no guest badge, lent already, or lost.
    """
    row = _locked(badge)
    if row.kind != Badge.Kind.GUEST or row.member_id is not None or row.lost_at or until <= now:
        raise CannotDo
    before, who = facts_of(row), _guest(guest, until)
    row.member, row.valid_from, row.valid_until = who, now, until
    _save(row, before, by)
    return who


@transaction.atomic
def take_back(*, badge: Badge, by: Member, now: datetime) -> None:
    """The guest has left, and the badge is nobody's until it is lent again.

    Raises:
        CannotDo: it is not lent.
    """
    row = _locked(badge)
    guest = row.member
    if row.kind != Badge.Kind.GUEST or guest is None:
        raise CannotDo
    before = facts_of(row)
    row.member = row.valid_from = row.valid_until = None
    _save(row, before, by)
    if not guest.has_usable_password() and not guest.badges.exists():
        Presence.objects.filter(member=guest, until=None).update(until=now)
        Member.objects.filter(pk=guest.pk).update(is_active=False)


def _locked(badge: Badge) -> Badge:
    rows = Badge.objects.select_for_update(of=("self",)).select_related("member")
    return rows.get(pk=badge.pk)


def _save(row: Badge, before: dict[str, object], by: Member) -> None:
    row.save(update_fields=["lost_at", "member", "valid_from", "valid_until"])
    note_change(row=row, before=before, by=by)


def _guest(name: str, until: datetime) -> Member:
    """An account without a password: nobody can sign in with it."""
    first, _blank, last = name.strip().partition(" ")
    return Member.objects.create_user(
        f"guest-{secrets.token_hex(4)}",
        first_name=first,
        last_name=last,
        language=settings.LANGUAGE_CODE,
        member_until=timezone.localdate(until),
        mails=Member.Mails.IMPORTANT,
    )
