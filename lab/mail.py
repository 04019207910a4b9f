"""Mail where no mail server is: what would be read, among the log's lines."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Printed(BaseEmailBackend):
    """Print whom, about what and the text; attachments by name only."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            self._print(message)
        sys.stdout.flush()
        return len(email_messages)

    def _print(self, message: EmailMessage) -> None:
        message.message()  # refuses a head with a line feed, as sending it would
        lines = [
            f"To: {', '.join(message.recipients())}",
            f"Subject: {message.subject}",
            "",
            str(message.body),
        ]
        names = [part[0] for part in message.attachments if isinstance(part, tuple)]
        lines += [f"[{name}]" for name in names if name]
        sys.stdout.write("\n".join(lines) + "\n")
