"""The rows of `series`, and the bare INSERTs that are its limit; runs in a Django process."""

from datetime import timedelta
from functools import partial

from django.db import connection, transaction

from booking.models import Booking, Claim, Series
from lab.models import ApiToken, Member, Unit
from tests import factories
from tests.bench._lab import percentile, timed
from tests.callers import soon

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


def rows() -> str:
    """A machine with hours, a certification and a quota as real ones have, and a maker; their token."""
    place, skill = factories.zone("fablab", hours=(0, 0)), factories.certification()
    place.hours.create(weekday=6, opens="00:00", closes="00:00")
    factories.resource("laser-1", zone=place, certification=skill, daily_quota_minutes=24 * 60)
    factories.resource("bare", zone=place)
    maker = factories.member("maker")
    factories.award(maker, skill)
    return ApiToken.issue(maker)


def bare(weeks: int, rounds: int) -> float:
    """Milliseconds (p50) of the INSERTs of a series, its bookings and their claims, in one transaction."""
    maker, unit = Member.objects.get(), Unit.objects.get(resource__slug="bare")
    return percentile(timed(partial(_insert, maker.pk, unit.pk, weeks), range(rounds)), 0.5) * 1000


def _insert(maker: int, unit: int, weeks: int, slot: int) -> None:
    starts = [soon(slot) + week * WEEK for week in range(weeks)]
    told = connection.ops.adapt_datetimefield_value
    spans = [(told(start), told(start + HOUR)) for start in starts]
    series, booking, claim = (model._meta.db_table for model in (Series, Booking, Claim))
    now = told(soon(0))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {series} (member_id, rule, starts_at, ends_at, created_at)"
            " VALUES (%s, 'FREQ=WEEKLY;COUNT=52', %s, %s, %s) RETURNING id",
            [maker, *spans[0], now],
        )
        (pk,) = cursor.fetchone()
        marks = ", ".join(["(%s, %s, %s, %s, '', 'booked', 0, %s, %s, %s)"] * weeks)
        cursor.execute(
            f"INSERT INTO {booking} (member_id, booked_by_id, starts_at, ends_at, purpose, state, sequence,"
            f" series_id, occurs_at, created_at) VALUES {marks} RETURNING id",
            [value for start, end in spans for value in (maker, maker, start, end, pk, start, now)],
        )
        pks = [row[0] for row in cursor.fetchall()]
        marks = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * weeks)
        cursor.execute(
            f"INSERT INTO {claim} (booking_id, unit_id, blocked_from, blocked_until, standing, superseded,"
            f" linked) VALUES {marks}",
            [
                value
                for pk, span in zip(pks, spans, strict=True)
                for value in (pk, unit, *span, True, False, False)
            ],
        )
