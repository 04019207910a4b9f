"""What members report: once each, told to managers once, answered once."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, transaction

from booking.actions import faults, outages
from booking.models import FaultReport, Notice
from lab.models import Outage
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def alice():
    return factories.member("alice")


@pytest.fixture
def charlie():
    return factories.manager()


@pytest.fixture
def laser():
    return factories.resource()


@pytest.fixture
def report(alice, laser):
    return faults.report(resource=laser, member=alice, text="It smokes", now=NOW)


def told(member) -> list[dict]:
    return [notice.data for notice in Notice.objects.filter(member=member, kind="fault")]


def test_a_fault_is_told_to_every_manager_and_to_nobody_else(charlie, report):
    dora = factories.manager("dora")
    again = faults.report(resource=factories.resource("cnc"), member=dora, text="Noise", now=NOW)

    data = {"resources": ["laser-1"], "report": report.pk, "text": "It smokes", "by": report.member.pk}
    assert told(charlie)[1] == data
    assert [one["report"] for one in told(charlie)] == [again.pk, report.pk]
    assert told(dora) == told(report.member) == []


def test_who_says_it_again_says_it_in_other_words(charlie, alice, laser, report):
    again = faults.report(resource=laser, member=alice, text="It burns", now=LATER)

    assert (again.pk, again.text, again.at) == (report.pk, "It burns", NOW)
    assert len(told(charlie)) == 1


def test_the_database_lets_nobody_report_twice_at_once(alice, laser, report):
    with pytest.raises(IntegrityError), transaction.atomic():
        FaultReport.objects.create(resource=laser, member=alice, text="Again", at=LATER)


def test_what_was_dismissed_is_answered_once_and_may_be_reported_again(charlie, alice, laser, report):
    faults.dismiss(report=report, by=charlie, now=LATER, answer="The key was off.")
    with pytest.raises(faults.Decided):
        faults.dismiss(report=FaultReport.objects.get(), by=charlie, now=LATER, answer="No.")
    again = faults.report(resource=laser, member=alice, text="Still", now=LATER)

    report.refresh_from_db()
    assert (report.answer, report.decided_by, report.decided_at) == ("The key was off.", charlie, LATER)
    assert again.pk != report.pk
    (answer,) = told(alice)
    assert (answer["outcome"], answer["reason"]) == ("dismissed", "The key was off.")


def test_who_looked_at_it_has_read_what_asked_for_it(charlie, report):
    dora = factories.manager("dora")
    Notice.objects.create(
        member=dora, kind="fault", key=f"fault:report:{report.pk}:{dora.pk}", created_at=NOW
    )
    faults.dismiss(report=report, by=charlie, now=LATER)

    asked = Notice.objects.filter(key__startswith="fault:report")
    assert {(one.read_at, one.mail_after) for one in asked} == {(LATER, None)}


def test_an_outage_answers_the_reports_that_it_is_about(charlie, alice, laser, report):
    bob = factories.member("bob")
    other = faults.report(resource=laser, member=bob, text="The door is loose", now=NOW)
    end = NOW + timedelta(days=2)
    outage = outages.declare(
        resource=laser, reason="Tube HS", by=charlie, now=LATER, ends_at=end, reports=[report]
    )

    report.refresh_from_db()
    other.refresh_from_db()
    assert (report.outage, report.decided_by, other.decided_at) == (outage, charlie, None)
    (answer,) = told(alice)
    assert (answer["outcome"], answer["reason"], answer["until"]) == (
        "outage", "Tube HS", "2026-05-06T10:00:00+02:00",
    )  # fmt: skip
    assert told(bob) == []


def test_nothing_is_declared_when_somebody_answered_meanwhile(charlie, laser, report):
    faults.dismiss(report=FaultReport.objects.get(), by=charlie, now=NOW)

    with pytest.raises(faults.Decided):
        outages.declare(resource=laser, reason="Tube HS", by=charlie, now=LATER, reports=[report])
    assert not Outage.objects.exists()


def test_a_report_may_be_about_the_outage_that_runs(charlie, alice, laser, report):
    outage = outages.declare(resource=laser, reason="Tube HS", by=charlie, now=NOW)
    faults.confirm(report=report, outage=outage, by=charlie, now=LATER)

    assert [one["outcome"] for one in told(alice)] == ["outage"]


def test_who_reported_is_told_once_whoever_they_are(charlie, laser):
    own = faults.report(resource=laser, member=charlie, text="Noise", now=NOW)
    faults.dismiss(report=own, by=charlie, now=LATER)

    assert Notice.objects.get(member=charlie).read_at == LATER


def test_what_was_decided_stands_in_the_log(charlie, report):
    faults.dismiss(report=report, by=charlie, now=LATER, answer="No.")

    assert (LogEntry.objects.get().user, LogEntry.objects.get().object_repr) == (
        charlie, "laser-1 · It smokes",
    )  # fmt: skip


def test_a_member_who_leaves_leaves_the_report(charlie, alice, report):
    alice.delete()
    report.refresh_from_db()

    faults.dismiss(report=report, by=charlie, now=LATER)
    assert (report.member, report.decided_by) == (None, charlie)
