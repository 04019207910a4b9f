"""What the other processes tell of themselves: their newest pictures on the bus."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from booking.metrics.text import histogram, metric
from lab import bus
from lab.hub import hub

PATIENCE = 0.3  # seconds that a process that has just begun may take to hear of the others
BROKER_PATIENCE = 1.0
PROCESSES = ("doors", "telemetry", "serial")
# Key of the picture, name, kind and meaning.
TELEMETRY = (
    ("readings", "etabli_readings_total", "counter", "Readings that were kept"),
    ("reads", "etabli_tag_reads_total", "counter", "Reads of RFID tags"),
    ("dead_letters", "etabli_messages_unreadable_total", "counter", "Messages that nobody could read"),
    ("waiting", "etabli_device_changes_waiting", "gauge", "What devices told and the database has not yet"),
)
DOORS = (
    ("taps", "etabli_taps_total", "counter", "Taps that were decided"),
    ("refused", "etabli_taps_refused_total", "counter", "Taps that were refused"),
)


def processes(now: datetime) -> Iterator[str]:
    """Counters begin at 0 with each start of their process."""
    yield from metric("etabli_broker_up", "gauge", "Does the broker let us in?", [({}, int(_broker()))])
    known = {name: told for name in PROCESSES if (told := hub.picture(f"system/{name}", patience=PATIENCE))}
    up = [({"process": name}, int(bool(each.get("up")))) for name, each in known.items()]
    yield from metric("etabli_process_up", "gauge", "Is the process connected to the broker?", up)
    ages = [({"process": name}, _age(each["at"], now)) for name, each in known.items() if "at" in each]
    yield from metric("etabli_process_report_age_seconds", "gauge", "Since it told of itself", ages)
    for process, rows in (("telemetry", TELEMETRY), ("doors", DOORS)):
        for key, name, kind, text in rows:
            if (value := _number(known.get(process, {}).get(key))) is not None:
                yield from metric(name, kind, text, [({}, value)])
    spent = known.get("doors", {}).get("spent")
    yield from histogram("etabli_tap_decision_seconds", "From the tap's arrival to its command", spent)


def _broker() -> bool:
    try:
        bus.knock(patience=BROKER_PATIENCE)
    except OSError:
        return False
    return True


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return value if is_number else None


def _age(at: Any, now: datetime) -> float:
    since = _number(at)
    return 0.0 if since is None else max(now.timestamp() - since, 0.0)
