"""A lab in a folder with its mailer as a process, seen and steered through the same database."""

import os
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mail_servers import Post
from tests.processes import ROOT, running

MAILER = ("-m", "lab", "db_worker", "--verbosity", "0", "--interval", "0.1", "--no-startup-delay")
HEAD = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from booking.actions.tell import tell
from booking.sweeps.mails import enqueue_mails
from booking.models import Mailbox, Notice
from lab.models import Member
now = timezone.now()
def told():
    alice = Member.objects.get_or_create(username="alice", defaults={"email": "alice@example.org"})[0]
    tell(alice, Notice.Kind.OFFER_OVER, key=str(now), now=now - timedelta(minutes=1))
    enqueue_mails(now=now)
def after_the_lease():
    Mailbox.objects.update(claimed_until=now)
    enqueue_mails(now=now)
def when_it_is_tried_again():
    Notice.objects.filter(mailed_at=None).update(mail_after=now)
    enqueue_mails(now=now)
"""


@dataclass
class Lab:
    folder: Path
    environ: dict[str, str]

    @contextmanager
    def mailer(self):
        with running(sys.executable, *MAILER, **self.environ) as process:
            yield process

    def do(self, words: str) -> None:
        command = [sys.executable, "-c", f"{HEAD}\n{words}"]
        subprocess.run(command, env=os.environ | self.environ, cwd=ROOT, check=True)

    def states(self) -> list[tuple[bool, int]]:
        """Of each notice: whether it was mailed, and how often that failed."""
        with sqlite3.connect(self.folder / "db.sqlite3", timeout=10) as db:
            rows = db.execute(
                "SELECT mailed_at IS NOT NULL, tries FROM booking_notice ORDER BY id"
            ).fetchall()
        return [(bool(mailed), tries) for mailed, tries in rows]


def environment(folder: Path, post: Post | None = None) -> dict[str, str]:
    return {
        "ETABLI_STATE": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "lab.settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{post.port if post else 9}",
        "MQTT_URL": "mqtt://bridge:bridge@127.0.0.1:9",
    }
