"""What a request may say."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from lab.asked import Moment, Text
from tests.factories import PARIS

MOMENT, TEXT = TypeAdapter(Moment), TypeAdapter(Text)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-05-04T10:00:00Z", datetime(2026, 5, 4, 10, tzinfo=UTC)),
        ("2026-05-04T10:00:00", datetime(2026, 5, 4, 10, tzinfo=PARIS)),
        ("2026-12-04", datetime(2026, 12, 4, tzinfo=PARIS)),
        (1795400000, datetime.fromtimestamp(1795400000, UTC)),
    ],
)
def test_a_time_without_offset_is_the_labs(said, meant):
    assert MOMENT.validate_python(said) == meant


@pytest.mark.parametrize(
    "said", ["1969-12-31T00:00Z", "2201-01-01", "9999-12-31T23:59:59-12:00", "0001-01-01", "x"]
)
def test_a_time_beyond_reason_is_refused(said):
    with pytest.raises(ValidationError):
        MOMENT.validate_python(said)


@pytest.mark.parametrize("said", ["\0", "a\0b", "\ud800", 5])
def test_text_is_what_every_database_can_keep(said):
    with pytest.raises(ValidationError):
        TEXT.validate_python(said)
