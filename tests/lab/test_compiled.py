"""Queries that are compiled once give what Django gives, whatever is given and whoever asks."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lab.compiled import Compiled, key, moment, text
from lab.models import Closure
from tests import factories

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

COMING = Compiled(
    lambda: (
        Closure.objects.filter(zone=key("zone"), ends_at__gt=moment("since"), reason=text("reason"))
        .order_by("starts_at")
        .values_list("reason", "starts_at", "zone__slug")
    )
)


@pytest.fixture
def zones():
    found = [factories.zone("hall"), factories.zone("attic")]
    for zone in found:
        for hours in range(4):
            start = NOON + hours * HOUR
            Closure.objects.create(zone=zone, starts_at=start, ends_at=start + HOUR, reason='it\'s % "odd"')
    return found


def asked(zone, since, reason='it\'s % "odd"'):
    return COMING.rows(zone=zone.pk, since=since, reason=reason)


def plain(zone, since, reason='it\'s % "odd"'):
    rows = Closure.objects.filter(zone=zone.pk, ends_at__gt=since, reason=reason)
    return list(rows.order_by("starts_at").values_list("reason", "starts_at", "zone__slug"))


def test_it_tells_what_django_tells_each_time(zones):
    for zone in zones:
        for hours in range(6):
            since = NOON + hours * HOUR
            assert asked(zone, since) == plain(zone, since)
    assert asked(zones[0], NOON, "another") == []


def test_moments_are_aware_and_in_the_zone_of_whoever_asked(zones):
    paris = (NOON + 2 * HOUR).astimezone(factories.PARIS)

    assert asked(zones[0], paris) == plain(zones[0], paris)
    assert asked(zones[0], NOON)[0][1].tzinfo is not None


def test_instances_come_with_those_they_point_to(zones, django_assert_num_queries):
    rows = Compiled(
        lambda: Closure.objects.filter(starts_at__gt=moment("since")).select_related("zone").order_by("pk")
    )

    with django_assert_num_queries(1):
        found = rows.objects(since=NOON)
        assert [row.zone.slug for row in found] == ["hall"] * 3 + ["attic"] * 3
    assert found == list(Closure.objects.filter(starts_at__gt=NOON).order_by("pk"))
    assert rows.first(since=NOON) == found[0]
    assert rows.first(since=NOON + 9 * HOUR) is None


def test_who_points_to_nobody_points_to_nobody(zones):
    everywhere = Closure.objects.create(starts_at=NOON, ends_at=NOON + HOUR)
    rows = Compiled(lambda: Closure.objects.filter(pk=key("pk")).select_related("zone"))

    assert rows.first(pk=everywhere.pk).zone is None
    everywhere.reason = "changed"
    everywhere.save()
    assert rows.first(pk=everywhere.pk).reason == "changed"


def test_it_is_one_statement(zones):
    with CaptureQueriesContext(connection) as seen:
        asked(zones[0], NOON)

    assert len(seen) == 1


def test_a_value_that_is_missing_is_an_error():
    with pytest.raises(KeyError):
        COMING.rows(zone=1, since=NOON)


@pytest.mark.django_db(transaction=True)
def test_every_thread_has_its_own_connection(zones):
    heard = []

    def ask():
        heard.append(asked(zones[0], NOON))
        connection.close()

    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        heard.append(asked(zones[0], NOON))
    else:
        asked(zones[1], NOON)
        thread = Thread(target=ask)
        thread.start()
        thread.join()

    assert heard == [plain(zones[0], NOON)]
