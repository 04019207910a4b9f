"""A file's tests stay together, and so do the files of one group."""

import pytest

from tests.sharing import Files


@pytest.mark.parametrize(
    ("test", "with_whom"),
    [
        ("tests/lab/test_spans.py::test_a_span", "tests/lab/test_spans.py"),
        ("tests/lab/test_spans.py::Spans::test_a_span[a::b]", "tests/lab/test_spans.py"),
        ("tests/e2e/test_taps.py::test_a_tap[no]", "demo"),
        ("tests/e2e/test_api.py::test_an_answer", "demo"),
    ],
)
def test_a_file_stays_whole_and_a_group_is_one(test, with_whom):
    scheduler = object.__new__(Files)  # made whole only among workers

    assert scheduler._split_scope(test) == with_whom
