"""How many bookings closures would fall on that do not exist yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from booking.models import Booking
from lab.models import Zone
from lab.spans import Span, merged


def would_hit(spans: Iterable[Span], *, zone: Zone | None, now: datetime) -> int:
    """Bookings, not over yet, in this zone or anywhere, that one of the spans touches."""
    closed = list(merged(sorted(spans)))
    if not closed:
        return 0
    rows = Booking.objects.filter(
        state__in=Booking.LIVE, ends_at__gt=max(now, closed[0].start), starts_at__lt=closed[-1].end
    )
    if zone is not None:
        rows = rows.filter(
            claims__unit__resource__zone=zone, claims__superseded=False, claims__linked=False
        ).distinct()
    booked = [Span(start, end) for start, end, _pk in rows.values_list("starts_at", "ends_at", "pk")]
    return sum(any(span.overlaps(one) for one in closed) for span in booked)
