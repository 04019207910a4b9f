"""The steps that end an objection of a reader: what to do, where, and when it will be possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.house import house
from booking.queries.assists import instructors
from booking.queries.availability import next_free
from booking.queries.demands import Demand, unmet
from booking.queries.taps import Tapped
from booking.rules.taps import TURNS_BACK, Reason
from lab import times
from lab.lab_time import lab_zone
from lab.models import Certification, Member, Resource
from lab.spans import Span

LOOKED = timedelta(days=14)
SHOWN = 2  # sessions of a training


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and the page where one does it."""

    text: str
    url: str = ""
    call: str = ""


Steps = Iterator[Step]


def steps_for(reason: Reason, about: Tapped, member: Member, at: datetime) -> Steps:
    """How to get past this objection."""
    say = STEPS.get(reason)
    if say is None:
        yield Step(str(PLAIN.get(reason, ASK)))
        return
    yield from say(about, member, at)


def moment(at: datetime) -> str:
    return _("%(day)s at %(time)s") % {"day": times.day(at), "time": times.clock(at)}


def _until(end: datetime, at: datetime) -> str:
    same = timezone.localdate(end) == timezone.localdate(at) == timezone.localdate()
    return times.clock(end) if same else moment(end)


def _unknown(about: Tapped, member: Member, at: datetime) -> Steps:
    yield Step(_("Enrol a card, a fob or a phone; a lab manager helps."), reverse("me"), _("My lab"))


def _membership(about: Tapped, member: Member, at: datetime) -> Steps:
    day = times.day(member.member_until) if member.member_until else ""
    yield Step(_("The membership ended %(day)s; ask the lab to renew it.") % {"day": day})


def _learn(about: Tapped, member: Member, at: datetime) -> Steps:
    if about.resource is None or about.resource.certification is None:
        return
    yield from _trainings(about.resource.certification, at)
    if instructors(about.resource.certification.pk, at).exclude(member=member).exists():
        yield Step(
            _("Or work with an instructor: tap your badge, then theirs within half a minute."),
        )


def _trainings(skill: Certification, at: datetime) -> Steps:
    url = reverse("certification", args=[skill.slug])
    coming = skill.trainings.filter(starts_at__gt=at).annotate(taken_seats=Count("taken"))
    sessions = list(coming.filter(taken_seats__lt=F("seats"))[:SHOWN])
    for one in sessions:
        said = _("Training for “%(name)s”: %(moment)s.")
        yield Step(said % {"name": skill.label, "moment": moment(one.starts_at)}, url, _("Take a seat"))
    if not sessions:
        said = _("Ask a lab manager for a training for “%(name)s”; none with a free seat is planned.")
        yield Step(said % {"name": skill.label}, url, _("See the certification"))


def _demands(about: Tapped, member: Member, at: datetime) -> Steps:
    zone = about.zone
    if zone is None:
        return
    for demand in unmet(zone, member, at):
        if demand is Demand.CERTIFICATION and zone.certification is not None:
            yield from _trainings(zone.certification, at)
        elif demand is Demand.PROGRAMME and zone.programme is not None:
            said = _("%(zone)s is kept for “%(name)s”; ask a lab manager to join.")
            yield Step(said % {"zone": zone.label, "name": zone.programme.label})
        else:
            yield Step(_("%(zone)s is for those who steer the lab.") % {"zone": zone.label})


def _book(about: Tapped, member: Member, at: datetime) -> Steps:
    if about.resource is None:
        return
    found = _next_time(about.resource, at)
    url = f"{reverse('find')}?resource={about.resource.slug}&minutes=60"
    if found is None:
        yield Step(_("Book it first."), url, _("Find a time"))
        return
    said = _("Book it; it is free %(moment)s.")
    yield Step(said % {"moment": moment(found)}, url, _("Find a time"))


def _wait(about: Tapped, member: Member, at: datetime) -> Steps:
    session, machine = about.session, about.facts.machine
    if machine is not None and machine.own_session:
        yield Step(_("It works in your name, and nobody cuts it: tap again when its work is done."))
        return
    until = session.lease_until if session else None
    if until is not None and until > at:
        yield Step(_("Wait; it is in use until %(moment)s.") % {"moment": _until(until, at)})
    else:
        yield Step(_("Wait until its work is done."))
    yield from _book(about, member, max(at, until) if until else at)


def _open(about: Tapped, member: Member, at: datetime) -> Steps:
    opening = None
    if about.resource is not None:
        opening = house().places[about.resource.pk].opening
    elif about.zone is not None:
        opening = house().zones[about.zone.pk]
    spans = opening.within(Span(at, at + LOOKED), lab_zone()) if opening else iter(())
    opened = next(iter(spans), None)
    if opened is None:
        yield Step(_("It does not open within two weeks; ask a lab manager."))
    else:
        yield Step(_("Come back when it opens: %(moment)s.") % {"moment": moment(opened.start)})


def _full(about: Tapped, member: Member, at: datetime) -> Steps:
    door = about.facts.door
    if door is not None:
        said = _("Wait until somebody leaves; places taken: %(present)d of %(capacity)d.")
        yield Step(said % {"present": door.present, "capacity": door.capacity or 0})


def _door_first(about: Tapped, member: Member, at: datetime) -> Steps:
    doors = ", ".join(door.label for door in about.zone.doors.all()) if about.zone else ""
    yield Step(_("Tap in at the door first: %(doors)s.") % {"doors": doors})


def _inside(about: Tapped, member: Member, at: datetime) -> Steps:
    door = about.facts.door
    if door is not None and door.way == "both" and door.since is not None:
        again = times.clock(door.since + TURNS_BACK + timedelta(seconds=59))  # the whole minute after it
        yield Step(_("You came in just now; to leave again, tap after %(time)s.") % {"time": again})
        return
    yield Step(_("You are inside already; leave by the exit first."))
    yield Step(
        _("If you left without a tap, a lab manager counts you out."), reverse("presence"), _("Presence")
    )


def _company(about: Tapped, member: Member, at: datetime) -> Steps:
    zone = about.zone.label if about.zone else ""
    yield Step(_("Ask somebody to stay: a second member has to be tapped in at %(zone)s.") % {"zone": zone})


def _down(about: Tapped, member: Member, at: datetime) -> Steps:
    if about.resource is None:
        return
    outage = about.resource.outages.at(at).first()
    ends = outage.ends_at if outage else None
    if ends is not None:
        yield Step(_("It is out of order until %(moment)s.") % {"moment": moment(ends)})
    else:
        yield Step(_("It is out of order; nobody knows yet until when."))
    url = f"{reverse('find')}?kind={about.resource.kind}&minutes=60"
    yield Step(_("Choose another one of its kind."), url, _("Find a time"))


def _next_time(resource: Resource, at: datetime) -> datetime | None:
    found = next_free(
        [resource], Span(at, at + LOOKED), minutes=house().places[resource.pk].rules.min_minutes
    )
    return found[0][1].start if found else None


STEPS: dict[Reason, Callable[[Tapped, Member, datetime], Steps]] = {
    Reason.UNKNOWN_BADGE: _unknown,
    Reason.MEMBERSHIP_EXPIRED: _membership,
    Reason.NOT_CERTIFIED: _learn,
    Reason.CERTIFICATION_EXPIRED: _learn,
    Reason.ZONE_FORBIDDEN: _demands,
    Reason.NOT_BOOKED: _book,
    Reason.BOOKED_BY_OTHER: _book,
    Reason.MACHINE_BUSY: _wait,
    Reason.LAB_CLOSED: _open,
    Reason.ZONE_FULL: _full,
    Reason.NOT_CHECKED_IN: _door_first,
    Reason.NEEDS_BUDDY: _company,
    Reason.ALREADY_IN: _inside,
    Reason.MACHINE_DOWN: _down,
}
ASK = gettext_lazy("Ask a lab manager.")
PLAIN = {
    Reason.BADGE_LOST: gettext_lazy("This badge was reported lost; enrol another one, or ask a lab manager."),
    Reason.BADGE_EXPIRED: gettext_lazy("The badge's dates are over; ask a lab manager for new ones."),
    Reason.BADGE_TOO_WEAK: gettext_lazy("Ask a lab manager for a secure card: a number alone can be copied."),
    Reason.MEMBER_SUSPENDED: gettext_lazy("The access is suspended; ask a lab manager."),
    Reason.DEVICE_UNCLAIMED: gettext_lazy("The reader is not in service; a manager adopts it."),
}
