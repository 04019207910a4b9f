"""A letter: one notice under its own subject, or several as a digest; with invitations for calendars."""

from __future__ import annotations

import hashlib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.calendars.invitations import Person, invitation, several
from booking.mail.sorting import Sorted, about
from booking.models import Booking, Notice, Origin
from booking.notices import Told, told
from booking.queries.feeds import member_event
from lab.lab_time import lab_zone
from lab.models import Member

MOST_INVITATIONS = 5  # more of them come as one file
Message = EmailMultiAlternatives


def letter(member: Member, found: Sorted) -> Message:
    """What the member gets, in their language."""
    with translation.override(member.language):
        entries = told(found.kept)
        context = {"entries": entries, "member": member, "site": settings.CONFIG.site}
        message = Message(
            subject=f"Établi · {_subject(entries)}".replace("\r", " ").replace("\n", " "),
            body=render_to_string("booking/mail/letter.txt", context),
            to=[member.email],
            headers=_headers(found.kept),
        )
        message.attach_alternative(render_to_string("booking/mail/letter.html", context), "text/html")
        _invite(message, member, found)
    return message


def _subject(entries: list[Told]) -> str:
    if len(entries) == 1:
        return entries[0].title
    return ngettext("{count} piece of news", "{count} pieces of news", len(entries)).format(
        count=len(entries)
    )


def _headers(notices: list[Notice]) -> dict[str, str]:
    # The same letter has the same number: should it ever leave twice, many a mailbox keeps one.
    pks = ",".join(str(notice.pk) for notice in notices)
    number = hashlib.sha256(pks.encode()).hexdigest()[:32]
    return {"Auto-Submitted": "auto-generated", "Message-ID": f"<{number}@{Origin.current()}>"}


def _invite(message: Message, member: Member, found: Sorted) -> None:
    parts = [(found.bookings[pk], how) for pk, how in found.invitations.items()]
    if len(parts) > MOST_INVITATIONS:
        events = [member_event(booking, site=settings.CONFIG.site) for booking, _method in parts]
        message.attach(_("bookings.ics"), several(events, zone=lab_zone()).decode(), "text/calendar")
    elif len(parts) == 1:
        message.attach_alternative(
            _invitation(member, *parts[0], found), "text/calendar; method=" + parts[0][1]
        )
    else:
        for booking, method in parts:
            text = _invitation(member, booking, method, found)
            message.attach(f"booking-{booking.pk}.ics", text, f"text/calendar; method={method}")


def _invitation(member: Member, booking: Booking, method: Notice.Invitation, found: Sorted) -> str:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    newest = max(one.created_at for one in found.kept if booking.pk in about(one))
    return invitation(
        member_event(booking, site=settings.CONFIG.site),
        method=method,
        by=Person(name or "Établi", address),
        to=Person(member.display_name, member.email),
        zone=lab_zone(),
        now=newest,
    ).decode()
