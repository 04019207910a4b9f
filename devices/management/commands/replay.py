"""`python -m lab replay`: the bridge decodes the dead letters again, or all that came within a time."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from devices.bridge import NoAnswer
from devices.replays import redo, replay_letters


class Command(BaseCommand):
    help = "Decode the dead letters again; with --from, everything in the raw log since then."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="start", help="2026-11-23, 2026-11-23T08:00, in the lab's time")
        parser.add_argument("--to", dest="end", help="until then; now when it is left out")
        parser.add_argument("--device", default="", help="only what is, or was taken for, this device's")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        start, end = (_moment(f"--{name}", options[key]) for name, key in (("from", "start"), ("to", "end")))
        if start is None and (end or options["device"]):
            raise CommandError("--to and --device need --from")
        try:
            print(_letters(now) if start is None else _past(start, end or now, options["device"], now))
        except NoAnswer as error:
            raise CommandError(f"nothing could be decoded again: {error}") from None


def _letters(now: datetime) -> str:
    done = replay_letters(now=now)
    return f"{done.decoded} of {done.read} dead letters decoded"


def _past(start: datetime, end: datetime, device: str, now: datetime) -> str:
    done = redo(start=start, end=end, device=device, now=now)
    said = f"{done.read} messages read, {done.changed} of them differ now"
    return f"{said}: {done.taken} readings taken back, {done.added} kept"


def _moment(option: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        day, found = parse_date(text), parse_datetime(text)
    except ValueError:
        day = found = None
    if found is None and day is not None:
        found = datetime(day.year, day.month, day.day)  # noqa: DTZ001
    if found is None:
        raise CommandError(f"{option} must be a day or a time such as 2026-11-23T08:00, not {text!r}")
    return found if timezone.is_aware(found) else timezone.make_aware(found)
