"""The sessions that run on a lease, each with all that may end it, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from booking.held import standing_claims
from booking.house import House, Place, house
from booking.models import Booking, Presence, UsageSession
from booking.queries.kept import kept_open
from booking.queries.machines import AHEAD, closing
from booking.rules.leases import LONGEST_LEASE, Ending, Ends, RunFacts, idle_since, is_held, lease_end
from lab.lab_time import lab_zone
from lab.models import Award, Door
from lab.spans import Span

GENTLE = {Ending.BUDDY, Ending.INSTRUCTOR}  # whoever comes back in time ends the ending


class Running:
    """Facts of sessions that were read at one moment."""

    def __init__(self, sessions: Sequence[UsageSession], now: datetime) -> None:
        self._now, self._house = now, house()
        self._others = _others(sessions, self._house, now)
        self._awards = _awards(sessions)
        self._inside, self._guarded = _inside(sessions)

    def facts(self, session: UsageSession) -> RunFacts:
        now, lease = self._now, session.lease_until or self._now
        minutes = self._house.places[session.resource_id].rules.idle_minutes
        idle = idle_since(session.started_at, session.rested_at, session.heard_at, now=now)
        return RunFacts(
            now=now,
            # What is over stays over: only its member's doing makes it longer again.
            until=lease if lease <= now and session.ending not in GENTLE else self._until(session, lease),
            held=is_held(session.busy_since, session.heard_at, now=now),
            alone=session.resource.buddy and self._is_alone(session),
            untaught=self._is_untaught(session),
            ending=session.ending,
            ending_at=session.ending_at,
            idle_since=idle if session.busy_since is None else None,
            idle_limit=timedelta(minutes=minutes) if minutes else None,
        )

    def _until(self, session: UsageSession, lease: datetime) -> datetime:
        booking, now = session.booking, self._now
        own = booking is not None and booking.state in Booking.PROMISED
        if booking is not None and (not own or booking.member_id != session.member_id):
            return min(lease, now)
        place = self._house.places[session.resource_id]
        opened = place.opening.at(now, lab_zone())
        award = self._award(session)
        ends = Ends(
            booking.ends_at if booking else None,
            self._next_other(session, len(place.units)),
            closing(place, opened, booking) if opened or (booking and self._stays(place, booking)) else now,
            award.expires_at if award else None,
        )
        return lease_end(ends, longest=None if booking else session.started_at + LONGEST_LEASE) or lease

    def _stays(self, place: Place, booking: Booking) -> bool:
        """May it run on while the doors are shut?"""
        return bool(place.rules.overnight) or kept_open(booking, self._now)

    def _next_other(self, session: UsageSession, units: int) -> datetime | None:
        """When somebody else's time begins, or has begun since; of many units all have to be theirs."""
        spans = [span for member, span in self._others[session.resource_id] if member != session.member_id]
        if units == 1:
            return min((span.start for span in spans if span.start > session.started_at), default=None)
        return self._now if sum(self._now in span for span in spans) >= units else None

    def _award(self, session: UsageSession) -> Award | None:
        holder = session.assisted_by_id or session.member_id
        return self._awards.get((holder, session.resource.certification_id))

    def _is_alone(self, session: UsageSession) -> bool:
        return not self._inside[session.resource.zone_id] - {session.member_id}

    def _is_untaught(self, session: UsageSession) -> bool:
        """Their certification was taken back, or the instructor's, or that one has left."""
        if session.resource.certification_id is None:
            return False
        zone, award = session.resource.zone_id, self._award(session)
        if session.assisted_by_id is None or award is None:
            return award is None and session.member_id is not None
        return zone in self._guarded and session.assisted_by_id not in self._inside[zone]


def running(now: datetime) -> list[UsageSession]:
    """Every session on a lease."""
    rows = UsageSession.objects.filter(ended_at=None, lease_until__isnull=False)
    return list(rows.select_related("resource__zone", "booking", "member", "device"))


def _others(
    sessions: Sequence[UsageSession], known: House, now: datetime
) -> dict[int, list[tuple[int, Span]]]:
    """Whose claims stand on their units from now for a day, by resource."""
    units = [unit for one in sessions for unit in known.places[one.resource_id].units]
    found: dict[int, list[tuple[int, Span]]] = defaultdict(list)
    if not units:
        return found
    claims = standing_claims(units, Span(now, now + AHEAD)).values_list(
        "unit__resource_id", "booking__member_id", "blocked_from", "blocked_until"
    )
    for resource, member, start, end in claims:
        found[resource].append((member, Span(start, end)))
    return found


def _awards(sessions: Sequence[UsageSession]) -> dict[tuple[int | None, int | None], Award]:
    skills = {one.resource.certification_id for one in sessions} - {None}
    people = {one.assisted_by_id or one.member_id for one in sessions}
    if not skills:
        return {}
    rows = Award.objects.filter(certification__in=skills, member__in=people)
    return {(row.member_id, row.certification_id): row for row in rows}


def _inside(sessions: Sequence[UsageSession]) -> tuple[dict[int, set[int | None]], set[int]]:
    """Who is in the zones where that counts, and which of them have doors."""
    zones = {one.resource.zone_id for one in sessions if one.resource.buddy or one.assisted_by_id}
    inside: dict[int, set[int | None]] = defaultdict(set)
    if not zones:
        return inside, set()
    rows = Presence.objects.order_by().filter(zone__in=zones, until=None)
    for zone, member in rows.values_list("zone_id", "member_id"):
        inside[zone].add(member)
    return inside, set(Door.objects.filter(zone__in=zones).values_list("zone_id", flat=True))
