"""Erasing a person: what the lab has to keep names nobody any more."""

from __future__ import annotations

from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from booking.actions import cancel
from booking.models import Booking, Change, Presence, UsageSession
from booking.privacy.fates import Fate, Relation, relations
from booking.refusals import Refused
from lab.models import Member

WORDS = {
    "manager": _("Accounts of lab managers are made makers' accounts first, by an administrator."),
    "suspended": _("The account is suspended: only a lab manager can erase it."),
    "inside": _("They are in the lab."),
    "running": _("A machine runs in their name."),
    "booked": _("A booking has begun or can't be given back any more."),
}

OWN_WORDS = WORDS | {
    "inside": _("You are in the lab: tap out first, or have a lab manager note that you left."),
    "running": _("A machine runs in your name."),
    "booked": _("One of your bookings has begun or can’t be given back any more."),
}


class Hindered(Exception):
    """It can't be done now; `codes` say why."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


def hindrance_words(codes: list[str], *, own: bool) -> list[str]:
    """Why not in sentences; `own` tells that the member is who reads them."""
    words = OWN_WORDS if own else WORDS
    return [str(words[code]) for code in codes]


def hindrances(member: Member, *, by: Member | None, now: datetime) -> list[str]:
    """Why the member can't be erased now; `by` is None when their time is over."""
    begun = Booking.objects.filter(member=member, state__in=Booking.LIVE, starts_at__lte=now)
    found = {
        "manager": member.role != Member.Role.MAKER,
        "suspended": member.suspended and by is not None and not by.is_manager,
        "inside": Presence.objects.filter(member=member, until=None).exists(),
        "running": UsageSession.objects.filter(member=member, ended_at=None).exists(),
        "booked": begun.exists(),
    }
    return [code for code, holds in found.items() if holds]


def erase(*, member: Member, by: Member | None, now: datetime) -> None:
    """Give back what they booked, forget what is theirs, and empty the account, all or nothing.

    Past bookings and sessions stay, for the machines' hours and the accounts; they name an empty account.

    Raises:
        Hindered: while something of theirs goes on.
    """
    with transaction.atomic():
        found = hindrances(member, by=by, now=now)
        if found:
            raise Hindered(found)
        try:
            for booking in Booking.objects.filter(member=member, state__in=Booking.LIVE):
                cancel(booking=booking, by=by or member, now=now, quiet=True)
        except Refused:
            raise Hindered(["booked"]) from None
        _forget_words(member)
        for relation in relations():
            _settle(relation, member)
        _forget_history(Member.objects.filter(pk=member.pk))
        _empty(member)


def _forget_words(member: Member) -> None:
    """What the bookings that stay were for, now and before."""
    Booking.objects.filter(member=member).update(purpose="")
    for change in Change.objects.filter(booking__member=member):
        change.before.pop("purpose", None)
        change.reason = ""
        change.save(update_fields=["before", "reason"])


def _settle(relation: Relation, member: Member) -> None:
    rows = relation.model._base_manager.filter(**{relation.field.name: member})
    if relation.fate is Fate.DELETED:
        _forget_history(rows)
        rows.delete()
    elif relation.fate is Fate.DETACHED:
        rows.update(**{relation.field.name: None})


def _forget_history(rows: QuerySet[Model]) -> None:
    """The lines of history about these rows hold names and what stood in their fields."""
    kind = ContentType.objects.get_for_model(rows.model)
    keys = [str(key) for key in rows.values_list("pk", flat=True)]
    LogEntry.objects.filter(content_type=kind, object_id__in=keys).delete()


def _empty(member: Member) -> None:
    member.programmes.clear()
    member.groups.clear()
    member.user_permissions.clear()
    member.username = f"erased-{member.pk}"
    member.first_name = member.last_name = member.email = ""
    member.last_login = member.member_until = None
    member.is_active = member.shows_name = member.any_hour = False
    member.set_unusable_password()
    member.save()
