"""The rows of `book`, and the bare INSERT that is its limit; runs in a Django process."""

import time
from datetime import timedelta
from functools import partial

from django.db import connection, transaction

from booking.models import Booking, Claim
from lab.models import ApiToken, Member, Unit
from tests import factories
from tests.bench._lab import percentile, timed
from tests.callers import soon
from tests.site import at_once

HALF_HOUR = timedelta(minutes=30)


def rows(clients: int) -> list[str]:
    """A machine for each client, with hours, a certification and a quota as real ones have; their tokens."""
    place, skill = factories.zone("fablab", hours=(0, 0)), factories.certification()
    place.hours.create(weekday=6, opens="00:00", closes="00:00")
    tokens = []
    for number in range(clients):
        factories.resource(f"laser-{number}", zone=place, certification=skill, daily_quota_minutes=24 * 60)
        maker = factories.member(f"maker-{number}")
        factories.award(maker, skill)
        tokens.append(ApiToken.issue(maker))
    return tokens


def bare(alone: int, together: int) -> tuple[float, float]:
    """Milliseconds (p50) of the INSERTs alone, and how many a second from as many connections."""
    makers, units = list(Member.objects.all()), list(Unit.objects.all())
    times = timed(partial(_insert, makers[0].pk, units[0].pk), range(5000, 5000 + alone))
    began = time.perf_counter()
    pairs = zip(makers, units, strict=True)
    at_once([partial(_inserts, maker.pk, unit.pk, together) for maker, unit in pairs])
    return percentile(times, 0.5) * 1000, len(makers) * together / (time.perf_counter() - began)


def _inserts(maker: int, unit: int, together: int) -> None:
    for slot in range(6000, 6000 + together):
        _insert(maker, unit, slot)
    connection.close()


def _insert(maker: int, unit: int, slot: int) -> None:
    start = soon(0) + slot * HALF_HOUR
    span = [connection.ops.adapt_datetimefield_value(at) for at in (start, start + HALF_HOUR)]
    booking, claim = Booking._meta.db_table, Claim._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {booking} (member_id, booked_by_id, starts_at, ends_at, purpose, state, sequence,"
            " created_at) VALUES (%s, %s, %s, %s, '', 'booked', 0, %s) RETURNING id",
            [maker, maker, *span, span[0]],
        )
        (pk,) = cursor.fetchone()
        cursor.execute(
            f"INSERT INTO {claim} (booking_id, unit_id, blocked_from, blocked_until, standing, superseded,"
            " linked) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [pk, unit, *span, True, False, False],
        )
