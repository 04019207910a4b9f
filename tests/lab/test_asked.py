"""What a request may say."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from lab.asked import Moment, Number, Text, Written

MOMENT, TEXT, WRITTEN, NUMBER = (TypeAdapter(kind) for kind in (Moment, Text, Written, Number))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-05-04T10:00:00Z", datetime(2026, 5, 4, 10, tzinfo=UTC)),
        ("2026-05-04T12:00:00+02:00", datetime(2026, 5, 4, 10, tzinfo=UTC)),
        (1795400000, datetime.fromtimestamp(1795400000, UTC)),
    ],
)
def test_a_time_has_its_offset_or_is_in_unix_seconds(said, meant):
    assert MOMENT.validate_python(said) == meant


@pytest.mark.parametrize(
    "said", ["1969-12-31T00:00Z", "2201-01-01", "9999-12-31T23:59:59-12:00", "0001-01-01", "x"]
)
def test_a_time_beyond_reason_is_refused(said):
    with pytest.raises(ValidationError):
        MOMENT.validate_python(said)


@pytest.mark.parametrize("said", ["2026-05-04T10:00:00", "2026-12-04"])
def test_a_time_without_offset_is_refused(said):
    with pytest.raises(ValidationError, match="offset"):
        MOMENT.validate_python(said)


@pytest.mark.parametrize("said", [1800000000, "1800000000", "-1", 1.8e9, True, None])
def test_a_body_writes_its_times_out(said):
    with pytest.raises(ValidationError):
        WRITTEN.validate_python(said)


def test_a_body_may_leave_the_offset_to_the_rules():
    assert WRITTEN.validate_python("2026-05-04T10:00:00") == datetime(2026, 5, 4, 10)


@pytest.mark.parametrize("said", [True, False, 1.5, "x"])
def test_a_number_is_whole_and_no_truth(said):
    with pytest.raises(ValidationError):
        NUMBER.validate_python(said)


@pytest.mark.parametrize("said", ["\0", "a\0b", "\ud800", 5])
def test_text_is_what_every_database_can_keep(said):
    with pytest.raises(ValidationError):
        TEXT.validate_python(said)
