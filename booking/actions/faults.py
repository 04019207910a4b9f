"""What members say is broken, and what managers make of it: an outage, or a word. Each is told once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from booking.actions.tell import tell, tell_managers
from booking.models import FaultReport, Notice
from lab.actions.changes import facts_of, note_change
from lab.lab_time import iso
from lab.models import Member, Outage, Resource

Kind = Notice.Kind


class Decided(Exception):
    """Another manager was quicker."""


@transaction.atomic
def report(*, resource: Resource, member: Member, text: str, now: datetime) -> FaultReport:
    """Say that something does not work; whoever said so already says it in other words.

    Managers hear of it the first time.
    """
    row, new = FaultReport.objects.update_or_create(
        resource=resource,
        member=member,
        decided_at=None,
        defaults={"text": text},
        create_defaults={"text": text, "at": now},
    )
    if new:
        data = {"resources": [resource.slug], "report": row.pk, "text": text}
        tell_managers(Kind.FAULT, key=f"report:{row.pk}", now=now, by=member, data=data)
    return row


@transaction.atomic
def dismiss(*, report: FaultReport, by: Member, now: datetime, answer: str = "") -> FaultReport:
    """It works, or is no fault.

    Raises:
        Decided: when somebody decided already.
    """
    return _decide(report, by, now, {"outcome": "dismissed", "reason": answer}, answer=answer)


@transaction.atomic
def confirm(*, report: FaultReport, outage: Outage, by: Member, now: datetime) -> FaultReport:
    """It is part of this outage, which is of the same resource.

    Raises:
        Decided: when somebody decided already.
    """
    data = {"outcome": "outage", "reason": outage.reason, "until": iso(outage.ends_at)}
    return _decide(report, by, now, data, outage=outage)


def _decide(
    report: FaultReport,
    by: Member,
    now: datetime,
    data: dict[str, str | None],
    *,
    outage: Outage | None = None,
    answer: str = "",
) -> FaultReport:
    report.refresh_from_db(from_queryset=FaultReport.objects.select_for_update(of=("self",)))
    if report.decided_at is not None:
        raise Decided
    before = facts_of(report)
    report.decided_at, report.decided_by, report.outage, report.answer = now, by, outage, answer
    report.save(update_fields=["decided_at", "decided_by", "outage", "answer"])
    note_change(row=report, before=before, by=by)
    _settle(report, now)
    if report.member is not None:
        told = {"resources": [report.resource.slug], "report": report.pk, "text": report.text} | data
        # A decision that was taken back may be made again, and is news again.
        key = f"answer:{report.pk}:{now.timestamp()}"
        tell(report.member, Kind.FAULT, key=key, now=now, by=by, data=told)
    return report


def _settle(report: FaultReport, now: datetime) -> None:
    """Nobody else has to look at it any more."""
    asked = Notice.objects.filter(key__startswith=f"{Kind.FAULT}:report:{report.pk}:")
    asked.filter(read_at=None).update(read_at=now)
    asked.filter(mailed_at=None).update(mail_after=None)
