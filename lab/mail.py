"""Mail where no mail server is: one line of the log for each, whom and about what."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from email.utils import parseaddr

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Printed(BaseEmailBackend):
    """Print what would leave, in one line; a log is no mailbox, so neither text nor whole addresses."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            message.message()  # refuses a head with a line feed, as sending it would
            sys.stdout.write(f"mail to {', '.join(map(masked, message.recipients()))}: {message.subject}\n")
        sys.stdout.flush()
        return len(email_messages)


def masked(address: str) -> str:
    """`alice@example.org` as `a…@example.org`: enough to know one's own."""
    name, _at, host = parseaddr(address)[1].rpartition("@")
    return f"{name[:1]}…@{host}"
