"""Sends one member's due notices as one mail, once, and tries again for as long as the server is away.

Never two processes at once for one member: whoever gets the mailbox has it, until a lease ends that a killed
process can't give back. Notices count as mailed when the server has taken the letter. A process that dies
between the two makes the letter leave twice, with the same Message-ID: without asking the server what it
remembers, which SMTP can't, one of "twice" and "never" has to be possible.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused

from django.db.models import F, Q

from booking.mail.letters import letter
from booking.mail.sorting import Bookings, Sent, Sorted, about, is_urgent, sort_out
from booking.models import Booking, Mailbox, Notice
from lab.models import Member

log = logging.getLogger("mailer")

LEASE = timedelta(
    minutes=2
)  # longer than a mail server may take; what a killed process holds is free after it
PAUSE = timedelta(minutes=5)  # between two mails to somebody, unless it is urgent
MOST = 50  # notices in a letter
SHORTEST, LONGEST = timedelta(seconds=30), timedelta(minutes=10)
AFTER_REFUSAL = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))


def deliver(member_id: int, *, now: datetime) -> bool:
    """Send what is due to this member; whether a mail left."""
    with _claimed(member_id, now) as mailbox:
        if mailbox is None:
            return False
        member = mailbox.member
        due = _due(member, now)
        if mailbox.mailed_at and not any(map(is_urgent, due)) and now < mailbox.mailed_at + PAUSE:
            _put_off(due, mailbox.mailed_at + PAUSE)
            return False
        bookings = _bookings(due)
        found = sort_out(member, due, sent=_sent(member, bookings), now=now, bookings=bookings)
        _write(found.dropped, mail_after=None)
        return bool(found.kept) and _send(mailbox, found, now)


def _send(mailbox: Mailbox, found: Sorted, now: datetime) -> bool:
    try:
        letter(mailbox.member, found).send()
    except (SMTPRecipientsRefused, SMTPDataError) as error:
        if _is_final(error):
            _refused(mailbox, found, now, error)
        else:
            _later(found, now, error)
    except OSError as error:  # every other of SMTP's, and of the network's
        _later(found, now, error)
    except Exception as error:
        log.exception("a letter to member %s can't be written", mailbox.member_id)
        _refused(mailbox, found, now, error)
    else:
        _mailed(mailbox, found, now)
        return True
    return False


@contextmanager
def _claimed(member_id: int, now: datetime) -> Iterator[Mailbox | None]:
    """The member's mailbox, or None when another process is at it."""
    if not Member.objects.filter(pk=member_id).exists():
        yield None
        return
    Mailbox.objects.bulk_create([Mailbox(member_id=member_id)], ignore_conflicts=True)
    mine = Mailbox.objects.filter(member=member_id)
    until = now + LEASE
    if not mine.filter(Q(claimed_until=None) | Q(claimed_until__lte=now)).update(claimed_until=until):
        yield None
        return
    try:
        yield mine.select_related("member").get()
    finally:
        mine.filter(claimed_until=until).update(claimed_until=None)


def _due(member: Member, now: datetime) -> list[Notice]:
    rows = Notice.objects.filter(member=member, mailed_at=None, mail_after__lte=now)
    return list(rows.select_related("booking__member").order_by("created_at", "pk")[:MOST])


def _bookings(due: Sequence[Notice]) -> Bookings:
    rows = Booking.objects.select_related("member")
    return rows.in_bulk({pk for notice in due for pk in about(notice)})


def _sent(member: Member, bookings: Bookings) -> Sent:
    """The last invitation that left for each of these bookings, by itself or with its series."""
    rows = Notice.objects.filter(Q(booking__in=list(bookings)) | Q(data__has_key="bookings"), member=member)
    told = rows.exclude(mailed_at=None).exclude(invitation="").order_by("mailed_at", "pk")
    return {pk: Notice.Invitation(one.invitation) for one in told for pk in about(one) if pk in bookings}


def _mailed(mailbox: Mailbox, found: Sorted, now: datetime) -> None:
    for one in found.kept:
        hows = [found.invitations[pk] for pk in about(one) if pk in found.invitations]
        if hows:
            _write([one], invitation=hows[0])
    _write(found.kept, mailed_at=now)
    Mailbox.objects.filter(pk=mailbox.pk).update(mailed_at=now, refused_at=None)


def _later(found: Sorted, now: datetime, error: Exception) -> None:
    tries = max(notice.tries for notice in found.kept)
    wait = min(SHORTEST * 2 ** min(tries, 10), LONGEST)
    log.warning("a mail waits %s s: %s", round(wait.total_seconds()), _words(error))
    _write(found.kept, tries=F("tries") + 1, mail_after=now + wait)


def _refused(mailbox: Mailbox, found: Sorted, now: datetime, error: Exception) -> None:
    """It isn't taken as it is: tried again over a day, as it may be a mistake of ours, then let go."""
    tries = max(notice.tries for notice in found.kept)
    gives_up = tries >= len(AFTER_REFUSAL)
    log.warning("a mail to member %s is refused: %s", mailbox.member_id, _words(error))
    again = None if gives_up else now + AFTER_REFUSAL[tries]
    _write(found.kept, tries=F("tries") + 1, mail_after=again)
    if isinstance(error, SMTPException):
        Mailbox.objects.filter(pk=mailbox.pk).update(refused_at=now)


def _is_final(error: SMTPRecipientsRefused | SMTPDataError) -> bool:
    if isinstance(error, SMTPDataError):
        return error.smtp_code >= 500
    return all(code >= 500 for code, _text in error.recipients.values())


def _words(error: Exception) -> str:
    """One line, without the address: a log is kept longer than a membership."""
    if isinstance(error, SMTPRecipientsRefused):
        return "; ".join(f"{code} {text!r}" for code, text in error.recipients.values())
    return f"{type(error).__name__}: {error}".replace("\n", " ")


def _put_off(notices: Sequence[Notice], until: datetime) -> None:
    _write(notices, mail_after=until)


def _write(notices: Sequence[Notice], **fields: object) -> None:
    if notices:
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(**fields)
