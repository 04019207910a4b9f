"""What the mailer does, one member at a time (`python -m lab db_worker`)."""

from django.utils import timezone
from django_tasks import task

from booking.mail.post import deliver


@task()
def send(member: int) -> bool:
    """Mail a member what is due; whether a mail left."""
    return deliver(member, now=timezone.now())
