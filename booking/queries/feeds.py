"""What a feed shows: bookings of a member, a resource or a zone, and when the zone is closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    member: Member
    changed_at: datetime
    resources: list[int]


FIELDS = (
    "booking_id", "unit__resource_id", "booking__sequence", "booking__starts_at", "booking__ends_at",
    "booking__state", "booking__purpose", "changed", "booking__member_id",
    "booking__member__shows_name", "booking__member__first_name", "booking__member__last_name",
    "booking__member__username",
)  # fmt: skip


def feed_events(feed: Feed, *, site: str, now: datetime) -> list[Event]:
    """By time, in the language that is active; `site` is where the pages are, without a slash at the end."""
    origin = Origin.current()
    rows = sorted(_shown(_claims(feed, now)), key=lambda row: (row.span.start, row.pk))
    known = _in_bulk(rows)
    events = [_event(feed, row, [known[pk] for pk in row.resources], origin, site) for row in rows]
    return [*events, *_closures(feed, origin, now)]


def member_event(booking: Booking, *, site: str) -> Event:
    """A booking as its member's own calendar shows it."""
    mine = Feed(member=booking.member, scope=Feed.Scope.PERSONAL)
    claims = Claim.objects.filter(booking=booking, superseded=False, linked=False)
    (row,) = _shown([_with_changes(claims)])
    return _event(mine, row, list(_in_bulk([row]).values()), Origin.current(), site)


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
    yield _with_changes(asked.filter(standing=True, blocked_from__gte=since))
    given_back = asked.filter(
        standing=False, booking__changes__what__in=GAVE_BACK, booking__changes__at__gte=cancelled
    )
    yield _with_changes(_told(feed, given_back.filter(booking__state__in=GONE)))
    yield _with_changes(
        _told(feed, asked.filter(standing=False, booking__state=State.REQUESTED, booking__starts_at__gte=now))
    )


def _told(feed: Feed, rows: QuerySet[Claim]) -> QuerySet[Claim]:
    """Who asks for a time, or asked in vain, is for managers and themselves."""
    if feed.member.is_manager:
        return rows
    asks = Q(booking__state__in=[State.REQUESTED, State.DECLINED])
    return rows.filter(~asks | Q(booking__member=feed.member))


def _with_changes(rows: QuerySet[Claim]) -> QuerySet[Claim]:
    newest = Change.objects.filter(booking=OuterRef("booking")).order_by("-at").values("at")[:1]
    return rows.annotate(changed=Coalesce(Subquery(newest), F("booking__created_at"))).order_by("unit")


def _shown(parts: Iterable[QuerySet[Claim]]) -> Iterable[Shown]:
    found: dict[int, Shown] = {}
    for rows in parts:
        for row in rows.values_list(*FIELDS):
            booking, resource, sequence, start, end, state, purpose, changed, *who = row
            if booking not in found:
                pk, shows, first, last, username = who
                member = Member(pk=pk, shows_name=shows, first_name=first, last_name=last, username=username)
                found[booking] = Shown(
                    booking, sequence, Span(start, end), state, purpose, member, changed, []
                )
            if resource not in found[booking].resources:
                found[booking].resources.append(resource)
    return found.values()


def _event(feed: Feed, row: Shown, resources: list[Resource], origin: str, site: str) -> Event:
    own = row.member.pk == feed.member_id
    told = own or feed.member.is_manager or row.member.shows_name
    return Event(
        uid=booking_uid(row.pk, origin),
        span=row.span,
        summary=_summary(feed, row, resources, told=told),
        changed_at=row.changed_at,
        sequence=row.sequence,
        status=STATUS[State(row.state)],
        description=row.purpose if told else "",
        location=", ".join(dict.fromkeys(resource.zone.label for resource in resources)),
        url=f"{site}{booking_path(row.pk)}" if own or feed.member.is_manager else "",
        busy=own,
    )


def _summary(feed: Feed, row: Shown, resources: list[Resource], *, told: bool) -> str:
    what = ", ".join(resource.label for resource in resources)
    if feed.scope == Feed.Scope.PERSONAL:
        asked = {State.REQUESTED: _("Requested: {what}"), State.HELD: _("Held for you: {what}")}
        return asked.get(State(row.state), "{what}").format(what=what)
    who = row.member.display_name if told else _("Booked")
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


def _in_bulk(rows: Iterable[Shown]) -> dict[int, Resource]:
    wanted = {pk for row in rows for pk in row.resources}
    return Resource.objects.select_related("zone").in_bulk(wanted)
