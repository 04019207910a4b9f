"""What a request may say: moments within reason, text that every database can keep."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

EARLIEST, LATEST = 1970, 2200


def within_reason(at: datetime) -> bool:
    """Is it a time that a lab can mean? Arithmetic near the calendar's ends would fail."""
    return EARLIEST <= at.year <= LATEST


def _moment(at: datetime) -> datetime:
    if not within_reason(at):
        raise PydanticCustomError(
            "moment_beyond", "a time between {first} and {last} is meant", {"first": EARLIEST, "last": LATEST}
        )
    if at.tzinfo is None:
        raise PydanticCustomError("moment_naive", "a time with its offset is meant")
    return at


def _written(said: Any) -> Any:
    if isinstance(said, datetime) or (isinstance(said, str) and "-" in said[1:]):
        return said
    raise PydanticCustomError("moment_written", "a time by ISO 8601 is meant, with its offset")


def _number(said: Any) -> Any:
    if isinstance(said, bool):
        raise PydanticCustomError("int_parsing", "a whole number is meant")
    return said


def _text(text: str) -> str:
    if "\0" in text:
        raise _unspeakable()
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        raise _unspeakable() from None
    return text


def _unspeakable() -> PydanticCustomError:
    return PydanticCustomError("text_unspeakable", "text without null characters and broken signs is meant")


# Numbers are Unix seconds, as readings tell them.
Moment = Annotated[datetime, AfterValidator(_moment)]
# In a body; whether it has an offset is for the rules to say, as of every other span.
Written = Annotated[datetime, BeforeValidator(_written)]
Number = Annotated[int, BeforeValidator(_number)]
Text = Annotated[str, AfterValidator(_text)]
