"""Dead letters keep what came, except UIDs, and a flood is only counted."""

import pytest

from firmware_bridge.letters import Failure, Letters, letter
from firmware_bridge.profiles.edition import edition
from firmware_bridge.sinks.embedded import DeadLetter
from firmware_bridge.wire.payload import BadPayload, parse
from tests.firmware_bridge.messages import ARRIVED, message


def test_a_letter_holds_the_message_as_it_came():
    assert letter(message("x/y", b"\x00\xff"), "not JSON", "tasmota", "plug-9") == DeadLetter(
        ARRIVED, "x/y", b"\x00\xff", "not JSON", "tasmota", "json", "plug-9", edition()
    )


@pytest.mark.parametrize(
    ("what", "payload", "kept"),
    [
        ("tap", b'{"uid":"04A1B2C3D4E5F6","nonce":7}', b'{"uid":"*","nonce":7}'),
        ("tap", b"04:A1:B2:C3:D4", b"*"),
        ("log", b'{"events":[{"uid":"04a1b2c3"}', b'{"events":[{"uid":"*"}'),
        ("readings", b"04A1B2C3D4E5F6", b"04A1B2C3D4E5F6"),
    ],
)
def test_no_uid_is_written_down(what, payload, kept):
    assert letter(message(f"fablab/v1/door-1/{what}", payload), "", "").payload == kept


def test_a_letter_has_an_end():
    foreign = letter(message("t" * 70_000, b"x" * 10_000_000), "too large", "")
    ours = letter(message(payload=b"x" * 100_000), "too large", "")

    assert (len(foreign.topic), len(foreign.payload), len(ours.payload)) == (512, 524_289, 65_537)
    assert (foreign.size, ours.size) == (10_000_000, 100_000)


def test_what_was_too_large_does_not_become_readable_by_being_cut():
    sealed = letter(message(payload=b'{"n":1}' + b" " * 100_000), "too large", "")

    with pytest.raises(BadPayload, match="larger than"):
        parse(sealed.payload)


def test_of_what_was_cut_before_the_true_size_is_told():
    assert letter(message(payload=b"{", size=10_000_000), "too large", "").size == 10_000_000
    assert letter(message(payload=b"{"), "not JSON", "").size == 0


def test_a_flood_is_counted_and_not_kept():
    letters = Letters(burst=3, rate=0)

    sealed = list(letters.seal(Failure(message(f"x/{n}", b"?"), "not JSON", "") for n in range(10)))

    assert [one.topic for one in sealed] == ["x/0", "x/1", "x/2"]
    assert (letters.kept, letters.suppressed) == (3, 7)
    assert [letters.take_uncounted(), letters.take_uncounted()] == [{"json": 7}, {}]


def test_whose_a_letter_of_ours_is_stands_in_its_topic():
    assert letter(message("fablab/v1/plug-1/readings", b"?"), "not JSON", "native").device == "plug-1"
    assert letter(message("fablab/v1/UP/readings", b"?"), "not JSON", "native", "UP").device == ""
