"""What time asks of the mail: reminders are told, due mail is handed to the mailer. Twice changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from booking.actions.tell import tell_about
from booking.mail.tasks import send
from booking.models import Booking, Mailbox, Notice, Policy

MOST = 500  # members a round
KEPT = timedelta(days=1)  # what the mailer has done, for whoever looks after it


def remind(*, now: datetime) -> int:
    """Tell members what of theirs begins soon, unless they were told of it a short while ago."""
    ahead = timedelta(minutes=Policy.current().reminder_minutes)
    told = Notice.objects.filter(
        booking=OuterRef("pk"), member=OuterRef("member"), created_at__gte=OuterRef("starts_at") - ahead
    )
    soon = Booking.objects.filter(
        ~Exists(told), state=Booking.State.BOOKED, starts_at__gt=now, starts_at__lte=now + ahead
    )
    rows = list(soon.select_related("member"))
    for booking in rows:
        tell_about(booking, Notice.Kind.REMINDER, now=now)
    return len(rows)


def enqueue_mails(*, now: datetime) -> int:
    """One task for each member with due notices, unless one waits already or is at it."""
    due = Notice.objects.filter(mailed_at=None, mail_after__lte=now)
    members = set(due.order_by().values_list("member_id", flat=True).distinct()[:MOST])
    if members:
        members -= _waiting() | _claimed(now)
    for member in sorted(members):
        send.enqueue(member)
    return len(members)


def forget_tasks(*, now: datetime) -> int:
    """Let go of what the mailer did, and of what it was doing when it was killed."""
    done = Q(finished_at__lt=now - KEPT) | Q(status=TaskResultStatus.RUNNING, started_at__lt=now - KEPT)
    old = DBTaskResult.objects.filter(done, task_path=send.module_path)
    return old.delete()[0] if old.exists() else 0


def _waiting() -> set[int]:
    rows = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=send.module_path)
    return {args["args"][0] for args in rows.values_list("args_kwargs", flat=True)}


def _claimed(now: datetime) -> set[int]:
    return set(Mailbox.objects.filter(claimed_until__gt=now).values_list("member_id", flat=True))
