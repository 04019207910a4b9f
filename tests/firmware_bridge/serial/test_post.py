"""Dead letters of serial lines: no digits of a card, no flood."""

import sqlite3
import time

import pytest

from firmware_bridge.serial.post import BURST, RATE, Post
from firmware_bridge.sinks.embedded import Store
from firmware_bridge.wire.cards import Garbage


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "telemetry.sqlite3")
    yield made
    made.close()


def letters(store):
    return [(letter.topic, letter.payload, letter.reason, letter.decoder) for _, letter in store.letters()]


def test_what_could_tell_a_card_is_a_star(store):
    post = Post(lambda: store)
    for raw in (b"10026F444426", b"0005898564", b"00101101000000001010001000", b"X62E308-6CED", b"ok"):
        post.put("door-1", "rdm6300", Garbage(raw, "the sum is wrong"))
    post.bury()

    assert letters(store) == [
        ("serial/door-1", payload, "the sum is wrong", "rdm6300")
        for payload in (b"*", b"*", b"*", b"X*-*", b"ok")
    ]


def test_a_flood_is_counted_and_not_kept(store):
    began, post = time.monotonic(), Post(lambda: store)
    for number in range(10_000):
        post.put("door-1", "rdm6300", Garbage(b"noise %d" % number, "bytes outside a frame"))
    post.bury()

    assert BURST <= len(letters(store)) <= BURST + RATE * (time.monotonic() - began) + 1


def test_letters_wait_for_a_store_that_cannot_be_opened_yet(store):
    found = [sqlite3.OperationalError("unable to open"), store]

    def opened():
        first = found.pop(0)
        if isinstance(first, Exception):
            raise first
        return first

    post = Post(opened)
    post.put("door-1", "rdm6300", Garbage(b"?", "why"))
    post.bury()
    post.bury()

    assert len(letters(store)) == 1
