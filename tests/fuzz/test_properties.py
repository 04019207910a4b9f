"""The same without a fuzzer, so that every Python tries it: made-up bytes, and what was recorded, damaged."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.decoders import every
from tests.fuzz.spoiling import spoilt

EVERY = {decoder.name: decoder for decoder in every()}


def damaged(seeds):
    """A recorded payload of which a piece is another, or a word is an odd one."""
    some = st.sampled_from(seeds)
    cut = st.tuples(some, st.integers(0, 400), st.binary(max_size=4), st.integers(0, 6)).map(
        lambda told: told[0][: told[1]] + told[2] + told[0][told[1] + told[3] :]
    )
    worded = st.tuples(some, st.integers(0, 10_000)).map(
        lambda told: (spoilt(b"\0" + told[0], 8192, told[1]) or b"\0")[1:]
    )
    return cut | worded


@pytest.mark.parametrize("name", EVERY)
@settings(max_examples=25)
@given(data=st.data())
def test_no_decoder_breaks_or_makes_much_of_little(name, data):
    decoder = EVERY[name]

    decoder.run(data.draw(damaged(decoder.seeds) | st.binary(max_size=120)))
