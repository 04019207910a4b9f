"""What a feed shows: bookings of a member, a resource or a zone, and when the zone is closed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from booking.calendars.addresses import booking_path, booking_uid, closure_uid
from booking.calendars.events import CANCELLED, CONFIRMED, TENTATIVE, Event
from booking.models import Booking, Change, Claim, Feed, Origin
from lab.models import Closure, Member, Resource
from lab.spans import Span

PAST = timedelta(days=90)
CANCELLED_SHOWN = timedelta(days=60)
DAY = timedelta(days=1)
MOST = 4000  # claims to come in the calendar of a place

State, What = Booking.State, Change.What
GONE = (State.CANCELLED, State.DECLINED, State.MISSED)
GAVE_BACK = (What.CANCELLED, What.DECLINED, What.RELEASED)
STATUS = dict.fromkeys((State.BOOKED, State.CHECKED_IN, State.DONE), CONFIRMED)
STATUS |= {State.REQUESTED: TENTATIVE, State.HELD: TENTATIVE} | dict.fromkeys(GONE, CANCELLED)


@dataclass(slots=True)
class Shown:
    """One booking with what of it this feed is about."""

    pk: int
    sequence: int
    span: Span
    state: str
    purpose: str
    member: int
    changed_at: datetime
    resources: list[int]


@dataclass(frozen=True, slots=True)
class Known:
    """Whose and of what the shown bookings are, asked for once."""

    members: dict[int, Member]
    resources: dict[int, Resource]
    origin: str
    site: str

    @classmethod
    def of(cls, rows: Collection[Shown], *, site: str) -> Known:
        members = Member.objects.in_bulk({row.member for row in rows})
        wanted = {pk for row in rows for pk in row.resources}
        resources = Resource.objects.select_related("zone").in_bulk(wanted)
        return cls(members, resources, Origin.current(), site)


FIELDS = (
    "booking_id", "unit__resource_id", "booking__sequence", "booking__starts_at", "booking__ends_at",
    "booking__state", "booking__purpose", "booking__member_id", "changed",
)  # fmt: skip


def feed_events(feed: Feed, *, site: str, now: datetime) -> list[Event]:
    """By time, in the language that is active; `site` is where the pages are, without a slash at the end."""
    rows = sorted(_shown(_claims(feed, now)), key=lambda row: (row.span.start, row.pk))
    known = Known.of(rows, site=site)
    return [*(_event(feed, row, known) for row in rows), *_closures(feed, known.origin, now)]


def member_event(booking: Booking, *, site: str) -> Event:
    """A booking as its member's own calendar shows it."""
    mine = Feed(member=booking.member, scope=Feed.Scope.PERSONAL)
    claims = Claim.objects.filter(booking=booking, superseded=False, linked=False)
    (row,) = _shown([_with_changes(claims)])
    return _event(mine, row, Known.of([row], site=site))


def _claims(feed: Feed, now: datetime) -> Iterator[QuerySet[Claim]]:
    since, cancelled = now - PAST, now - CANCELLED_SHOWN
    asked = Claim.objects.filter(superseded=False)
    if feed.scope == Feed.Scope.PERSONAL:
        rows = _with_changes(asked.filter(linked=False, booking__member=feed.member))
        rows = rows.filter(booking__starts_at__gte=since)
        yield rows.filter(~Q(booking__state__in=GONE) | Q(changed__gte=cancelled))
        return
    if feed.scope == Feed.Scope.RESOURCE:
        asked = asked.filter(unit__resource=feed.resource_id)
    else:
        asked = asked.filter(unit__resource__zone=feed.zone_id, linked=False)
    yield from _near(_with_changes(asked.filter(standing=True, blocked_from__gte=since)), now)
    given_back = asked.filter(
        standing=False, booking__changes__what__in=GAVE_BACK, booking__changes__at__gte=cancelled
    )
    yield _with_changes(_told(feed, given_back.filter(booking__state__in=GONE)))[:MOST]
    requests = asked.filter(standing=False, booking__state=State.REQUESTED, booking__starts_at__gte=now)
    yield _with_changes(_told(feed, requests))[:MOST]


def _near(rows: QuerySet[Claim], now: datetime) -> Iterator[QuerySet[Claim]]:
    """What is to come and what was, each up to what a calendar can bear, the nearest first."""
    yield rows.filter(blocked_from__gte=now - DAY).order_by("blocked_from", "unit")[:MOST]
    yield rows.filter(blocked_from__lt=now - DAY).order_by("-blocked_from", "unit")[: MOST // 4]


def _told(feed: Feed, rows: QuerySet[Claim]) -> QuerySet[Claim]:
    """Who asks for a time, or asked in vain, is for managers and themselves."""
    if feed.member.is_manager:
        return rows
    asks = Q(booking__state__in=[State.REQUESTED, State.DECLINED])
    return rows.filter(~asks | Q(booking__member=feed.member))


def _with_changes(rows: QuerySet[Claim]) -> QuerySet[Claim]:
    newest = Change.objects.filter(booking=OuterRef("booking")).order_by("-at").values("at")[:1]
    return rows.annotate(changed=Coalesce(Subquery(newest), F("booking__created_at"))).order_by("unit")


def _shown(parts: Iterable[QuerySet[Claim]]) -> Collection[Shown]:
    found: dict[int, Shown] = {}
    for rows in parts:
        for row in rows.values_list(*FIELDS):
            booking, resource, sequence, start, end, state, purpose, member, changed = row
            if booking not in found:
                found[booking] = Shown(
                    booking, sequence, Span(start, end), state, purpose, member, changed, []
                )
            if resource not in found[booking].resources:
                found[booking].resources.append(resource)
    return found.values()


def _event(feed: Feed, row: Shown, known: Known) -> Event:
    own, member = row.member == feed.member_id, known.members[row.member]
    told = own or feed.member.is_manager or member.shows_name
    resources = [known.resources[pk] for pk in row.resources]
    return Event(
        uid=booking_uid(row.pk, known.origin),
        span=row.span,
        summary=_summary(feed, row, resources, member if told else None),
        changed_at=row.changed_at,
        sequence=row.sequence,
        status=STATUS[State(row.state)],
        description=row.purpose if told else "",
        location=", ".join(dict.fromkeys(resource.zone.label for resource in resources)),
        url=f"{known.site}{booking_path(row.pk)}" if own or feed.member.is_manager else "",
        busy=own,
    )


def _summary(feed: Feed, row: Shown, resources: list[Resource], member: Member | None) -> str:
    what = ", ".join(resource.label for resource in resources)
    if feed.scope == Feed.Scope.PERSONAL:
        asked = {State.REQUESTED: _("Requested: {what}"), State.HELD: _("Held for you: {what}")}
        return asked.get(State(row.state), "{what}").format(what=what)
    who = member.display_name if member else _("Booked")
    return who if feed.scope == Feed.Scope.RESOURCE else f"{what} · {who}"


def _closures(feed: Feed, origin: str, now: datetime) -> Iterator[Event]:
    if feed.zone is None:
        return
    rows = Closure.objects.filter(Q(zone=feed.zone_id) | Q(zone=None), ends_at__gte=now - PAST)
    for row in rows.order_by("starts_at", "pk"):
        yield Event(
            uid=closure_uid(row, origin),
            span=Span(row.starts_at, row.ends_at),
            summary=_("Closed: {reason}").format(reason=row.reason) if row.reason else _("Closed"),
            changed_at=row.starts_at,
            location=feed.zone.label,
            busy=False,
        )
