"""What the calls about bookings answer, for the API's description."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Schema
from pydantic import Field, WithJsonSchema

from booking.models import Booking, Change
from booking.rules.wishes import Code

Time = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
State = Annotated[str, WithJsonSchema({"type": "string", "enum": list(Booking.State.values)})]
What = Annotated[str, WithJsonSchema({"type": "string", "enum": list(Change.What.values)})]
ObjectionCode = Annotated[str, WithJsonSchema({"type": "string", "enum": [code.value for code in Code]})]


class SpanAnswer(Schema):
    """Half-open: a booking that ends at ten leaves ten o'clock to the next."""

    starts_at: Time
    ends_at: Time


class BookingAnswer(Schema):
    """A booking; from `member` on only for its member and for managers."""

    id: int
    resources: list[str]
    units: list[str] = Field(examples=[["desk/3"]])
    starts_at: Time
    ends_at: Time
    state: State
    mine: bool
    member: str | None = None
    member_name: str | None = None
    purpose: str | None = None
    project: str | None = None
    series: int | None = None
    held_until: Time | None = None
    created_at: Time | None = None


class SeriesAnswer(Schema):
    """The bookings that a series made, the first to begin first."""

    id: int
    rule: str = Field(examples=["FREQ=WEEKLY;COUNT=10"])
    bookings: list[BookingAnswer]


class WholeSeriesAnswer(SeriesAnswer, SpanAnswer):
    """A series from its first time on; `left_out` are times of its rule that were not booked."""

    words: str
    member: str
    left_out: list[SpanAnswer]


class BookedAnswer(BookingAnswer):
    """A new booking; of a series its first, and the others with it."""

    series: SeriesAnswer | int | None = None  # type: ignore[assignment]


class ChangeAnswer(Schema):
    """One line of history; `before` is what stood until then."""

    at: Time
    what: What
    by: str | None
    reason: str
    before: dict[str, Any]


class WholeBookingAnswer(BookingAnswer):
    """One booking with its history, for its member and for managers."""

    history: list[ChangeAnswer] | None = None


class BookingsAnswer(Schema):
    """A page of bookings; `next` is the address of the following one."""

    items: list[BookingAnswer]
    next: str | None


class ObjectionAnswer(Schema):
    """Why not: a code for programs, sentences for people in their language, and the data behind them."""

    code: ObjectionCode
    title: str
    detail: str
    data: dict[str, Any]


class AlternativeAnswer(SpanAnswer):
    """What could be booked instead: put it in the place of the wish's own keys."""

    resources: list[str]


class OccurrenceAnswer(AlternativeAnswer):
    """A time of a series before it is booked; `occurrence`, its start by the rule, names it in `resolve`."""

    occurrence: Time
    ok: bool
    skipped: bool
    objections: list[ObjectionAnswer]
    alternatives: list[AlternativeAnswer]


class CheckAnswer(Schema):
    """`ok` when nothing blocks: notices such as `needs_approval` may still be told."""

    ok: bool
    objections: list[ObjectionAnswer]
    alternatives: list[AlternativeAnswer]
    occurrences: list[OccurrenceAnswer] | None = None


class OfferAnswer(SpanAnswer):
    """A free span of a resource."""

    resource: str


class OffersAnswer(Schema):
    """Free spans, the next or the nearest first."""

    items: list[OfferAnswer]
    next: str | None


class SpansAnswer(Schema):
    """Free spans in order."""

    items: list[SpanAnswer]
    next: str | None
