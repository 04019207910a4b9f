"""Half-open, aware time: the arithmetic that bookings, openings and sessions share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `start` up to, not including, `end`; given as aware times, kept in UTC.

    Raises:
        ValueError: when a time is naive or the end isn't after the start.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a span needs aware times")
        # Two times of one zone compare and subtract by wall clock, an hour wrong when the clocks change.
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end <= self.start:
            raise ValueError("a span ends after it starts")

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    @property
    def minutes(self) -> float:
        return self.length / timedelta(minutes=1)

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    def covers(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def common(self, other: Span) -> Span | None:
        """The time that both share, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None

    def grown(self, *, before: timedelta, after: timedelta) -> Span:
        return Span(self.start - before, self.end + after)

    def shifted(self, by: timedelta) -> Span:
        return Span(self.start + by, self.end + by)


def merged(spans: Iterable[Span]) -> Iterator[Span]:
    """The same time in order, without overlaps; spans that touch become one."""
    current: Span | None = None
    for span in sorted(spans):
        if current is None:
            current = span
        elif span.start <= current.end:
            current = Span(current.start, max(current.end, span.end))
        else:
            yield current
            current = span
    if current is not None:
        yield current


def without(span: Span, holes: Iterable[Span]) -> Iterator[Span]:
    """What is left of a span once the holes are cut out, in order."""
    start = span.start
    for hole in merged(holes):
        if hole.end <= start:
            continue
        if hole.start >= span.end:
            break
        if hole.start > start:
            yield Span(start, hole.start)
        start = hole.end
    if start < span.end:
        yield Span(start, span.end)
