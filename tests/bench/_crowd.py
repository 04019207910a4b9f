"""A planning full of bookings, planted fast; runs in a Django process."""

import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from booking.held import booked_rows
from lab.models import ApiToken, Member, Unit
from lab.spans import Span
from tests import factories

RESOURCES, A_DAY = 50, 6
HOUR = timedelta(hours=1)
BATCH = 50_000


def crowd(total: int) -> tuple[str, str]:
    """Fifty machines with so many bookings between them, six a day each; a reader's token and session."""
    place = factories.zone("fablab", hours=(7, 22))
    maker = factories.manager("maker")
    for number in range(RESOURCES):
        factories.resource(f"printer-{number:02}", zone=place, kind="printer")
    _plant(total, maker.pk)
    return ApiToken.issue(maker), _session(maker)


def _session(member: Member) -> str:
    client = Client()
    client.force_login(member)
    return str(client.session.session_key)


def _plant(total: int, maker: int) -> None:
    units = list(Unit.objects.order_by("pk").values_list("pk", flat=True))
    each = total // len(units)
    first = _midnight() - timedelta(days=each // A_DAY // 2)
    rows = list(_spans(units, each, first))
    with transaction.atomic():
        _insert(rows, maker)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _spans(units: list[int], each: int, first: datetime) -> Iterator[tuple[int, datetime, datetime]]:
    """From seven in the morning on, an hour and a half each with an hour between them."""
    for nth in range(each):
        day, slot = divmod(nth, A_DAY)
        for unit in units:
            start = first + timedelta(days=day, hours=7 + 2.5 * slot, minutes=5 * (unit % 6))
            yield unit, start, start + HOUR * 1.5


def _insert(rows: list[tuple[int, datetime, datetime]], maker: int) -> None:
    created = datetime.now(UTC)
    bookings = [
        (pk, maker, maker, start, end, "", "booked", 0, created)
        for pk, (_unit, start, end) in enumerate(rows, start=1)
    ]
    claims = [
        (pk, unit, start, end, True, False, False) for pk, (unit, start, end) in enumerate(rows, start=1)
    ]
    columns = "id, member_id, booked_by_id, starts_at, ends_at, purpose, state, sequence, created_at"
    _copy(f"booking_booking ({columns})", bookings)
    columns = "booking_id, unit_id, blocked_from, blocked_until, standing, superseded, linked"
    _copy(f"booking_claim ({columns})", claims)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('booking_booking', 'id'), %s)", [len(rows) + 1]
            )


def _copy(into: str, rows: list[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        adapt = connection.ops.adapt_datetimefield_value
        marks = ", ".join(["%s"] * len(rows[0]))
        for at in range(0, len(rows), BATCH):
            part = [
                tuple(adapt(value) if isinstance(value, datetime) else value for value in row)
                for row in rows[at : at + BATCH]
            ]
            cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", part)


def _midnight() -> datetime:
    return datetime.now(factories.PARIS).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def bare_week() -> float:
    """Milliseconds (p50) of the bare statement for the week's rows."""
    units = list(Unit.objects.values_list("pk", flat=True))
    start = timezone.now()
    times = []
    for _ in range(40):
        began = time.perf_counter()
        booked_rows(units, Span(start, start + timedelta(days=7)))
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000
