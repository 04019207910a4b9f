"""The raw log's settings: bounded by default, off with a zero, refused by name."""

import pytest

from lab.config import BadSetting
from lab.raw_log import RawLogTerms, load


@pytest.mark.parametrize(
    ("environ", "terms", "on"),
    [
        ({}, RawLogTerms(7, 256_000_000), True),
        ({"RAW_LOG_DAYS": "0.5", "RAW_LOG_MB": "10"}, RawLogTerms(0.5, 10_000_000), True),
        ({"RAW_LOG_DAYS": "0"}, RawLogTerms(0, 256_000_000), False),
        ({"RAW_LOG_MB": "0"}, RawLogTerms(7, 0), False),
    ],
)
def test_it_is_bounded_and_can_be_switched_off(environ, terms, on):
    assert (load(environ), load(environ).on) == (terms, on)


@pytest.mark.parametrize("name", ["RAW_LOG_DAYS", "RAW_LOG_MB"])
@pytest.mark.parametrize("text", ["-1", "much", "1e9", "999999"])
def test_nonsense_is_refused_by_name(name, text):
    with pytest.raises(BadSetting, match=f"{name} must be"):
        load({name: text})
