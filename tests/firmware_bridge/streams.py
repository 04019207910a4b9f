"""A stream in pieces, as a serial line brings it, and what every framer owes whatever comes."""

from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.wire.cards import Garbage

SIZES = [1, 2, 3, 7, 64]
# Bytes that look like something: marks and digits of the framers come more often than by chance.
NOISE = st.lists(
    st.binary(max_size=40)
    | st.text("\x02\x03\r\n0123456789ABCDEF<>|:,.-okTBSD ", max_size=60).map(str.encode),
    max_size=8,
)


def in_pieces(framer, stream, size):
    heard = []
    for at in range(0, len(stream), size):
        heard += framer.feed(stream[at : at + size])
    return heard


def kept(framer) -> int:
    """Bytes that a framer holds, wherever it holds them."""
    if isinstance(framer, bytearray | bytes | list):
        return len(framer)
    return sum(kept(value) for value in vars(framer).values()) if hasattr(framer, "__dict__") else 0


def survives_anything(make, *, most):
    """A property: arbitrary bytes never raise, any cut tells the same, and nothing grows."""

    @given(pieces=NOISE, size=st.sampled_from(SIZES))
    def property_(pieces, size):
        stream = b"".join(pieces)
        one, other = make(), make()

        whole = one.feed(stream)

        assert in_pieces(other, stream, size) == whole
        assert kept(one) <= most
        assert all(len(each.raw) <= most for each in whole if isinstance(each, Garbage))

    return property_
