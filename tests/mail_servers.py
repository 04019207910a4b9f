"""A real SMTP server in this process: it keeps what it takes, and can refuse, be slow or be away."""

import asyncio
import email
import email.policy
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller

from tests.servers import free_port

FINE = "250 OK"
logging.getLogger("mail.log").setLevel(logging.WARNING)  # what clients say is in the letters


class Post:
    """What arrived, and the answers that the server gives."""

    def __init__(self) -> None:
        self.port = free_port()
        self.recipient, self.data = FINE, FINE
        self.letters: list[EmailMessage] = []
        self.slow = ""  # "RCPT" or "DATA": the command that gets no answer until this is empty again
        self.asked = threading.Event()
        self._controller: Controller | None = None

    def open(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=60)
        self._controller.start()

    def close(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.recipient == FINE:
            envelope.rcpt_tos.append(address)
        await self._take_time("RCPT")
        return self.recipient

    async def handle_DATA(self, server, session, envelope):
        if self.data != FINE:
            return self.data
        self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        await self._take_time("DATA")
        return FINE

    async def _take_time(self, command: str) -> None:
        while self.slow == command:
            self.asked.set()
            await asyncio.sleep(0.02)


@contextmanager
def post_office() -> Iterator[Post]:
    post = Post()
    post.open()
    try:
        yield post
    finally:
        post.slow = ""
        post.close()


def subject(letter: EmailMessage) -> str:
    """What a reader sees: a long one begins on a line of its own."""
    return letter["Subject"].strip()


def part(letter: EmailMessage, kind: str) -> str:
    """The text of the first part of this type."""
    return next(one.get_content() for one in letter.walk() if one.get_content_type() == kind)
