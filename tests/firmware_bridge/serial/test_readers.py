"""A reader without lamps: one tap a card, honest answers to commands."""

from firmware_bridge.serial.driving import Done, Heard, Turned
from firmware_bridge.serial.readers import CardReader
from firmware_bridge.wire.cards import Card, Garbage
from firmware_bridge.wire.orders import Order
from firmware_bridge.wire.rdm6300 import Rdm6300

FRAME = bytes.fromhex("0236324533303836434544303803")


def reader():
    made = CardReader("door-1", Rdm6300, hold=1.0)
    made.opened(0.0)
    return made


def test_a_line_that_is_open_is_a_reader_that_is_there():
    assert CardReader("door-1", Rdm6300, hold=1.0).opened(0.0) == [Heard("door-1", Turned(online=True))]


def test_a_card_that_stays_for_five_seconds_is_one_tap_and_the_next_time_another():
    made = reader()

    heard = [each for n in range(100) for each in made.feed(FRAME, 0.05 * n)]
    later = made.feed(FRAME, 10.0)

    assert heard == later == [Heard("door-1", Card("62E3086CED"))]


def test_garbage_is_told_each_time():
    made = reader()

    heard = made.feed(b"\x02broken\x03" * 2, 0.0)

    assert [type(each.what) for each in heard] == [Garbage, Garbage]


def test_half_a_frame_does_not_survive_the_line():
    made = reader()
    made.feed(FRAME[:7], 0.0)
    made.closed()
    made.opened(1.0)

    assert made.feed(FRAME, 1.0) == [Heard("door-1", Card("62E3086CED"))]


def test_what_it_cannot_do_it_does_not_claim():
    made = reader()

    told = [made.obey("door-1", Order("c-1", do), 0.0)[0].what for do in ("refuse", "unlock", "relay")]

    assert told == [
        Done("c-1", True, "refused"),
        Done("c-1", False, "unsupported"),
        Done("c-1", False, "unsupported"),
    ]
    assert made.outgoing() == b""
