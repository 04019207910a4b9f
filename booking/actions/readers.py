"""What a reader's word changes beside its own row."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.models import Barred
from lab.models import Badge

FOLLOWS = timedelta(minutes=1)  # a list that left later than this after a loss may have changed for anything


def note_barred(*, device: int, published: datetime, now: datetime) -> None:
    """The reader took a list that left because badges were lost: from now on it refuses them alone, too."""
    lost = Badge.objects.filter(lost_at__lte=published, lost_at__gte=published - FOLLOWS)
    rows = [Barred(badge=badge, device_id=device, at=now) for badge in lost]
    Barred.objects.bulk_create(rows, ignore_conflicts=True)
