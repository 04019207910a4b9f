"""What a session's card says of its end: why it goes off, or that nobody hears its meter."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from booking.models import UsageSession
from booking.phrases import lease_text
from booking.rules.leases import Ending, Work, work_of
from lab import times


def ending_words(session: UsageSession, now: datetime) -> str:
    """A sentence for screens; empty while all is as usual."""
    if session.ending in set(Ending) and session.ended_at is None:
        return lease_text(Ending(session.ending), session.lease_until, over=False)
    if work_of(session.busy_since, session.heard_at, now=now) is Work.UNKNOWN:
        since = session.heard_at or session.busy_since
        return _("Its meter is silent since %(time)s: nobody knows whether it works.") % {
            "time": times.clock(since) if since else ""
        }
    if session.assisted_by is not None:
        return _("With %(name)s as instructor.") % {"name": session.assisted_by.display_name}
    return ""
