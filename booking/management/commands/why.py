"""`python -m lab why --member NAME --device NAME [--at ISO]`: a reader's answer, and how to get there."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from booking.why import Answer, place_of, why
from devices.models import Device
from lab import times
from lab.asked import within_reason
from lab.lab_time import lab_zone
from lab.models import Member


class Command(BaseCommand):
    """Exit status 0 when the badge would pass, 1 when not."""

    help = "Say what a reader would answer a member at a time: every objection, and the steps to get there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--member", required=True, help="user name")
        parser.add_argument("--device", required=True, help="name of the reader")
        parser.add_argument("--at", help="ISO 8601; without an offset in the lab's zone; now when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        member = Member.objects.filter(username=options["member"]).first()
        if member is None:
            raise CommandError(f"There is no member {options['member']!r}.")
        rows = Device.objects.select_related("door__zone", "resource__zone", "resource__certification")
        device = rows.filter(name=options["device"]).first()
        if device is None:
            raise CommandError(f"There is no device {options['device']!r}.")
        now = timezone.now()
        at = _moment(options["at"]) if options["at"] else now
        with translation.override(member.language):
            answer = why(member=member, place=place_of(device), at=at, now=now)
            self.stdout.write("\n".join(_lines(answer)))
        if not answer.granted:
            raise SystemExit(1)


def _lines(answer: Answer) -> list[str]:
    when = f"{times.day(answer.at)} {times.clock(answer.at)}"
    head = f"{answer.member.display_name} · {answer.place.label} · {when}"
    if answer.granted:
        return [head, f"✓ {'goodbye' if answer.leaves else 'welcome'}"]
    lines = [head]
    for told in answer.objections:
        lines.append(f"✗ {told.reason}: {told.text}")
        lines += [f"   → {step.text}{f' {step.url}' if step.url else ''}" for step in told.steps]
    return lines


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--at is not a time: {text!r}; 2026-11-23T18:30 is meant.") from None
    if not within_reason(at):
        raise CommandError(f"--at is no time that a lab can mean: {text!r}.")
    return at if at.tzinfo else at.replace(tzinfo=lab_zone())
