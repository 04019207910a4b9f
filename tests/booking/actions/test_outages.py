"""Out of order and back: no two outages of one resource at a time, whom they hit, what the log says."""

from datetime import datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry

from booking.actions import outages
from booking.actions.outages import Overlaps
from booking.models import Hit
from booking.queries.faults import past, planned, running
from lab.actions import changes
from lab.models import Member, Outage, Resource
from tests import factories
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def charlie():
    return factories.manager()


@pytest.fixture
def laser():
    return factories.resource()


def declared(laser: Resource, by: Member, start: datetime | None, end: datetime | None) -> Outage:
    return outages.declare(resource=laser, reason="HS", by=by, now=NOW, starts_at=start, ends_at=end)


def test_what_is_declared_runs_from_now_on(charlie, laser):
    outage = declared(laser, charlie, None, None)

    assert (outage.starts_at, outage.ends_at, outage.reason) == (NOW, None, "HS")
    assert [row.pk for row in running(NOW)] == [outage.pk]


def test_it_hits_the_bookings_that_it_falls_on(charlie, laser):
    alice = factories.member("alice")
    hit, before, after = (factories.booking(alice, laser, span(hour, hour + 1)) for hour in (14, 11, 17))
    outage = declared(laser, charlie, at(13), at(16))

    assert [one.booking for one in Hit.objects.all()] == [hit]
    assert planned(NOW).get().undecided == 1
    outages.change(outage=outage, reason="HS", starts_at=at(13), ends_at=at(18), by=charlie, now=NOW)
    assert {one.booking for one in Hit.objects.all()} == {hit, after}
    outages.end(outage=outage, by=charlie, now=NOW)
    assert not Hit.objects.exists()
    assert before.state == "booked"


@pytest.mark.parametrize(
    ("start", "end"), [(13, None), (13, 15), (14.5, 15), (15.9, 20), (12, None), (12, 20)]
)
def test_no_two_outages_of_one_resource_overlap(charlie, laser, start, end):
    other = declared(laser, charlie, at(14), at(16))

    with pytest.raises(Overlaps) as caught:
        declared(laser, charlie, at(start), at(end) if end else None)
    assert caught.value.other == other
    assert Outage.objects.count() == 1


@pytest.mark.parametrize(("start", "end"), [(12, 14), (16, 18), (16, None)])
def test_outages_may_follow_each_other(charlie, laser, start, end):
    declared(laser, charlie, at(14), at(16))
    declared(laser, charlie, at(start), at(end) if end else None)

    assert Outage.objects.count() == 2


def test_nothing_follows_what_has_no_end(charlie, laser):
    declared(laser, charlie, at(14), None)

    with pytest.raises(Overlaps):
        declared(laser, charlie, at(9, day=30), None)
    declared(factories.resource("cnc"), charlie, at(14), None)


def test_a_longer_one_may_not_reach_into_the_next(charlie, laser):
    outage, other = declared(laser, charlie, at(11), at(12)), declared(laser, charlie, at(14), at(16))

    with pytest.raises(Overlaps) as caught:
        outages.change(outage=outage, reason="HS", starts_at=at(11), ends_at=None, by=charlie, now=NOW)
    assert caught.value.other == other
    outages.change(outage=outage, reason="Lens", starts_at=at(11), ends_at=at(14), by=charlie, now=NOW)
    outage.refresh_from_db()
    assert (outage.reason, outage.ends_at) == ("Lens", at(14))


def test_it_works_again_from_the_moment_that_somebody_says_so(charlie, laser):
    outage = declared(laser, charlie, None, None)
    outages.end(outage=outage, by=charlie, now=LATER)
    outages.end(outage=Outage.objects.get(), by=charlie, now=LATER + timedelta(hours=1))

    assert Outage.objects.get().ends_at == LATER
    assert [row.pk for row in past(LATER)] == [outage.pk]
    assert LogEntry.objects.count() == 2


@pytest.mark.parametrize("start", [at(14), None])
def test_what_had_not_begun_is_gone_and_may_come_back(charlie, laser, start):
    outage = declared(laser, charlie, start, None)
    outages.end(outage=outage, by=charlie, now=NOW)

    assert not Outage.objects.exists()
    changes.undo(line=LogEntry.objects.order_by("-pk")[0], by=charlie)
    assert Outage.objects.get().starts_at == (start or NOW)


def test_each_change_has_its_line(charlie, laser):
    outage = declared(laser, charlie, None, None)
    outages.change(outage=outage, reason="HS", starts_at=NOW, ends_at=LATER, by=charlie, now=NOW)
    line = changes.newest(outage)

    assert line is not None
    assert changes.told_by(line) == {"ends_at": [None, "2026-05-04T09:00:00+00:00"]}
