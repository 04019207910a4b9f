"""What a request may say: moments within reason, text that every database can keep."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator

from lab.lab_time import lab_zone

EARLIEST, LATEST = 1970, 2200


def within_reason(at: datetime) -> bool:
    """Is it a time that a lab can mean? Arithmetic near the calendar's ends would fail."""
    return EARLIEST <= at.year <= LATEST


def _moment(at: datetime) -> datetime:
    if not within_reason(at):
        raise ValueError(f"a time between {EARLIEST} and {LATEST} is meant")
    return at if at.tzinfo else at.replace(tzinfo=lab_zone())


def _text(text: str) -> str:
    if "\0" in text:
        raise ValueError("text without null characters is meant")
    text.encode()  # fails on half a surrogate pair
    return text


# A time without offset is meant in the lab's zone.
Moment = Annotated[datetime, AfterValidator(_moment)]
Text = Annotated[str, AfterValidator(_text)]
