"""How the facts of a day become bars that say what they are, and to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Booking
from booking.queries.planning import Bar, Row
from lab import times
from lab.models import Member
from lab.spans import Span, merged, without


@dataclass(frozen=True, slots=True)
class Drawn:
    """A bar with its look (classes of planning.css), its short text and the sentence that explains it."""

    first: int
    length: int
    look: str
    text: str
    when: str
    why: str
    unit: int | None
    booking: Booking | None = None
    moves: str = ""  # what of one's own booking may still be dragged: all of it, or its end
    mine: Booking | None = None  # whose set-up and clean-up move along
    opens: bool = False  # leads to the booking's page


def drawn(bar: Bar, unit: int | None, reader: Member, now: datetime) -> Drawn:
    """A bar as this reader may see it."""
    said = times.span(bar.span.start, bar.span.end)
    look, text, why, booking = _words(bar, said, reader, now)
    shown = said if text and bar.kind in {"booking", "asked"} else ""
    mine = bar.booking if bar.booking and bar.booking.member_id == reader.pk else None
    moves = _moves(mine, now) if mine and bar.kind == "booking" else ""
    opens = booking is not None and (mine is not None or reader.is_manager)
    return Drawn(bar.first, bar.length, look, text, shown, why, unit, booking, moves, mine, opens)


def _asked(booking: Booking, said: str, reader: Member) -> tuple[str, str, str, Booking | None]:
    if booking.member_id == reader.pk:
        return "asked", _("Asked for"), _("Asked for {span}; a manager decides.").format(span=said), booking
    why = _("{name} asks for {span}.").format(name=booking.member.display_name, span=said)
    return "asked", booking.member.display_name, why, booking


def _moves(booking: Booking, now: datetime) -> str:
    if booking.state not in Booking.PROMISED or booking.ends_at <= now:
        return ""
    return "all" if booking.starts_at > now else "end"


def _words(bar: Bar, said: str, reader: Member, now: datetime) -> tuple[str, str, str, Booking | None]:
    if bar.kind == "closed" and bar.reason:
        return (
            "closed told",
            bar.reason,
            _("Closed {span}: {reason}.").format(span=said, reason=bar.reason),
            None,
        )
    if bar.kind == "closed":
        return "closed", "", _("Closed {span}.").format(span=said), None
    if bar.kind == "outage" or bar.booking is None:
        return "outage", _("Out of order"), _outage(bar), None
    if bar.kind == "blocked":
        return "blocked", "", _("Set-up or clean-up {span}.").format(span=said), None
    booking = bar.booking
    if bar.kind == "asked":
        return _asked(booking, said, reader)
    running = " running" if booking.state == Booking.State.CHECKED_IN and now in booking.span else ""
    if booking.member_id == reader.pk and booking.state == Booking.State.HELD and booking.held_until:
        why = _("Held for you {span}; take it until {time}.")
        return (
            "mine held",
            _("Held for you"),
            why.format(span=said, time=times.clock(booking.held_until)),
            booking,
        )
    if booking.member_id == reader.pk:
        return f"mine{running}", _("Yours"), _("Yours {span}.").format(span=said), booking
    name = booking.member.display_name if reader.is_manager or booking.member.shows_name else ""
    why = _("Taken {span} by {name}.") if name else _("Taken {span}.")
    return f"taken{running}", name or _("Taken"), why.format(span=said, name=name), None


def _outage(bar: Bar) -> str:
    """An outage without an end in sight is told up to the end of the day."""
    end = timezone.localtime(bar.span.end)
    if end.time() == time(0):
        said = _("Out of order since {day}, at least until the end of the day.")
        return said.format(day=times.day(bar.span.start))
    return _("Out of order until {day} {time}.").format(day=times.day(end), time=times.clock(end))


def free_parts(rows: Sequence[Row], *, day: Span, least: int, now: datetime) -> list[Span]:
    """The rest of the day in which some unit is free for at least `least` minutes."""
    if now >= day.end:
        return []
    rest = Span(max(day.start, now), day.end)
    found = (span for row in rows for span in without(rest, [bar.span for bar in row.bars]))
    return [span for span in merged(found) if span.length >= timedelta(minutes=least)]
