"""Paths into JSON: what they pick, and that whatever we offer can be read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.wire.paths import MISSING, BadPath, leaves, parse, pick

FACTS = {"a": {"b": [1, {"c-d": None}]}, "odd key": 7, "état": True, "0": "zero"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.b[0]", 1),
        ("$.a.b[1].c-d", None),
        ('["odd key"]', 7),
        ("$['odd key']", 7),
        ("état", True),
        ("0", "zero"),
        ("$", FACTS),
        ("", FACTS),
        ("a.b[2]", MISSING),
        ("a.x.y", MISSING),
        ("a[0]", MISSING),
        ("a.b.c", MISSING),
    ],
)
def test_a_path_picks_what_stands_there(path, found):
    assert pick(FACTS, parse(path)) == found


@pytest.mark.parametrize(
    "path", [".a", "a..b", "a.", "a b", "a[", "a[x]", "a[-1]", "$a.b.", "a" * 201, "x[0]" * 17]
)
def test_a_path_that_is_none_is_refused(path):
    with pytest.raises(BadPath):
        parse(path)


@given(JSON)
def test_what_is_offered_can_be_picked(value):
    for path, found in leaves(value):
        assert pick(value, parse(path)) == found


@given(st.text(max_size=30), JSON)
def test_any_text_is_a_path_or_none(path, value):
    try:
        pick(value, parse(path))
    except BadPath:
        return
