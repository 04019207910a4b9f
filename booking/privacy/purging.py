"""What time has run out for: counted where that is of use, then forgotten. Doing it twice changes nothing."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest, TruncDate

from booking.models import AccessEvent, Notice, PassageCount, Presence, UsageSession
from booking.privacy.erasing import Hindered, erase
from booking.rules.retention import ACCOUNTS, ALARMS, LOOKS, NOTICES, ORDERS, PASSAGES, PRESENCES, last_day
from devices.models import Alarm, AlarmMute, Order
from lab.lab_time import lab_zone
from lab.models import Look, Member


def purge(*, now: datetime) -> dict[str, int]:
    """How many of each kind went."""
    zone = lab_zone()
    presences = Presence.objects.filter(until__lt=last_day(now, PRESENCES, zone))
    looks = Look.objects.filter(day__lt=last_day(now, LOOKS, zone).date())
    return {
        "passages": _passages(last_day(now, PASSAGES, zone)),
        "presences": presences.delete()[0],
        "badges of sessions": _badges_of_sessions(last_day(now, PASSAGES, zone)),
        "looks": looks.delete()[0],
        "alarms": _alarms(last_day(now, ALARMS, zone)),
        "notices": Notice.objects.filter(created_at__lt=last_day(now, NOTICES, zone)).delete()[0],
        "orders": Order.objects.filter(created_at__lt=last_day(now, ORDERS, zone)).delete()[0],
        "sign-ins": Session.objects.filter(expire_date__lt=now).delete()[0],
        "accounts": _accounts(now),
    }


def forgotten(*, now: datetime) -> QuerySet[Member]:
    """Makers without a sign of life for so long that their account goes."""
    limit = last_day(now, ACCOUNTS, lab_zone())
    alive = Greatest(
        F("date_joined"),
        Coalesce("last_login", "date_joined"),
        Coalesce(Max("bookings__ends_at"), "date_joined"),
        Coalesce(Max("access_events__decided_at"), "date_joined"),
    )
    rows = Member.objects.filter(role=Member.Role.MAKER, is_active=True)
    rows = rows.filter(Q(member_until=None) | Q(member_until__lt=limit.date()))
    return rows.annotate(alive=alive).filter(alive__lt=limit).order_by("pk")


def _passages(before: datetime) -> int:
    """Whole days become figures: the same day is never counted twice."""
    with transaction.atomic():
        rows = AccessEvent.objects.filter(decided_at__lt=before)
        place = Coalesce("door__slug", "resource__slug", "device__name")
        counted = (
            rows.order_by()
            .annotate(day=TruncDate("decided_at", tzinfo=lab_zone()), place=place)
            .values_list("day", "place", "reason", "granted")
            .annotate(passages=Count("pk"))
        )
        for day, place, reason, granted, number in counted:
            kept, new = PassageCount.objects.get_or_create(
                day=day, place=place, reason=reason, granted=granted, defaults={"passages": number}
            )
            if not new:  # one that a reader told of much later
                PassageCount.objects.filter(pk=kept.pk).update(passages=F("passages") + number)
        return rows.delete()[0]


def _alarms(before: datetime) -> int:
    """Those that were over by then, and mutes that ended."""
    gone = Alarm.objects.filter(cleared_at__lt=before).delete()[0]
    return gone + AlarmMute.objects.filter(until__lt=before).delete()[0]


def _badges_of_sessions(before: datetime) -> int:
    return UsageSession.objects.filter(ended_at__lt=before, badge__isnull=False).update(badge=None)


def _accounts(now: datetime) -> int:
    gone = 0
    for member in forgotten(now=now):
        try:
            erase(member=member, by=None, now=now)
        except Hindered:
            continue
        gone += 1
    return gone
