"""Our control panel and libosdp's reader: the secure channel, what goes over it, and what does not."""

import os
import subprocess
import sys
import time

import osdp
import pytest

from firmware_bridge.links.osdp import Answered, Member, Opened, Read, Secured
from firmware_bridge.wire.cards import Garbage
from tests.firmware_bridge.osdp_readers import KEY, Pair, Reader, is_poll, reply
from tests.processes import ROOT

CARD = "00101101000000001010001000"
LED = {
    "reader": 0, "led_number": 0, "temporary": True, "control_code": 2,
    "on_color": 2, "off_color": 0, "on_count": 5, "off_count": 0, "timer_count": 30,
}  # fmt: skip


@pytest.fixture
def pair():
    made = Pair(Reader())
    made.connect()
    return made


def cards(events):
    return [each for each in events if isinstance(each, Read)]


def test_a_card_comes_over_the_secure_channel(pair):
    pair.readers[0].present(CARD)

    events = pair.live(lambda: cards(pair.events))

    assert events == [Read(0, bits=CARD)]
    assert CARD not in repr(events)


def test_a_card_that_was_shown_while_nobody_listened_is_told_as_such():
    reader = Reader()
    reader.present(CARD)
    pair = Pair(reader)
    pair.pace = 0

    assert cards(pair.live(lambda: cards(pair.events))) == [Read(0, bits=CARD, waited=True)]


@pytest.mark.parametrize("bits", ["1" * 32, "10" * 28, "1" * 37, "01" * 64])
def test_a_card_may_have_any_length(pair, bits):
    pair.readers[0].present(bits, form=osdp.CardFormat.Unspecified)

    assert [each.bits for each in pair.live(lambda: cards(pair.events))] == [bits]


def test_a_command_is_done_when_the_reader_says_so(pair):
    assert pair.bus.submit(0, "LED", LED)

    assert pair.live(lambda: pair.events[1:]) == [Answered(0, "LED", True)]
    assert pair.readers[0].told(osdp.Command.LED)[0]["on_color"] == 2


def test_it_knows_what_the_reader_can_do(pair):
    can = [pair.bus.can(0, what) for what in ("OutputControl", "Biometrics")]

    assert can == [2, 0]


def test_an_opened_case_is_told(pair):
    pair.readers[0].tamper(True)
    pair.readers[0].tamper(False)

    assert pair.live(lambda: len(pair.events) > 2) == [Opened(0, True), Opened(0, False)]


@pytest.mark.parametrize(
    "reader", [Reader(key=bytes(16)), Reader(key=None)], ids=["another key", "the factory's key"]
)
def test_without_our_key_nothing_is_heard(reader):
    pair = Pair(reader)
    pair.live(lambda: pair.bus.answered(0))
    reader.present(CARD)

    assert pair.live(seconds=1.5) == []
    assert not pair.bus.submit(0, "LED", LED)
    assert (pair.bus.is_secure(0), pair.bus.answered(0)) == (False, True)


def test_a_reader_gets_its_key_over_the_factorys_and_only_when_told_to():
    reader = Reader(key=None)
    pair = Pair(reader, members=[Member(1, KEY, installing=True)])
    pair.connect()
    keyset = reader.told(osdp.Command.Keyset)
    reader.present(CARD)

    assert keyset[0]["data"] == KEY
    assert cards(pair.live(lambda: cards(pair.events))) == [Read(0, bits=CARD)]


@pytest.mark.parametrize(
    "block", [b"", b"\x03\x12\x01", b"\x03\x14\x01", b"\x02\x14"], ids=["plain", "12", "14", "14s"]
)
def test_a_card_that_somebody_forges_on_the_wire_is_not_believed(pair, block):
    card = bytes([0x50, 0, 1, 26, 0]) + int(CARD + "000000", 2).to_bytes(4, "big")
    pair.meddle = lambda command: reply(command, card, block=block) if is_poll(command) else None

    events = pair.live(lambda: pair.meddle is None, seconds=30) + pair.live(seconds=0.3)

    assert pair.meddle is None
    assert cards(events) == []
    assert [each.reason for each in events if isinstance(each, Garbage)] == [
        "a reply outside the secure channel"
    ]


def test_noise_does_not_cost_the_reader_its_channel(pair):
    pair.meddle = lambda command: b"\xff\x53\x81\x0a\x00\x0c" + bytes(9)
    pair.live(seconds=0.5)
    pair.readers[0].present(CARD)

    events = pair.live(lambda: cards(pair.events), seconds=30)

    assert [each for each in events if isinstance(each, Secured)] == []
    assert cards(events) == [Read(0, bits=CARD)]


def test_a_reader_that_starts_anew_is_back_within_five_seconds(pair):
    def seconds_away():
        pair.readers, began = (Reader(),), time.monotonic()
        pair.events.clear()
        events = pair.live(lambda: pair.events[-2:] == [Secured(0, False), Secured(0, True)], seconds=30)
        assert Secured(0, True) in events
        return time.monotonic() - began

    assert any(seconds_away() < 5 for _ in range(5))  # a busy machine has a calm moment


def test_a_reader_that_was_away_is_back_within_five_seconds(pair):
    def seconds_away():
        readers, pair.readers = pair.readers, ()
        pair.live(lambda: not pair.bus.is_secure(0))
        pair.live(seconds=1)
        pair.readers, began = readers, time.monotonic()
        pair.connect()
        return time.monotonic() - began

    assert any(seconds_away() < 5 for _ in range(5))  # a busy machine has a calm moment


def test_two_readers_share_a_line():
    one, two = Reader(address=1), Reader(address=2, key=b"another key, 16B")
    pair = Pair(one, two, members=[Member(1, KEY), Member(2, b"another key, 16B")])
    pair.connect(members=(0, 1))
    one.present(CARD)
    two.present(CARD[::-1])

    assert {each.member: each.bits for each in cards(pair.live(lambda: len(cards(pair.events)) == 2))} == {
        0: CARD,
        1: CARD[::-1],
    }


SESSION = """
from tests.firmware_bridge.osdp_readers import Pair, Reader
pair = Pair(Reader())
pair.connect()
print(pair.said[pair.said.index(b"\\x03\\x11\\x01\\x76") + 4:][:8].hex())
"""
FUZZ = """
import random, time
from tests.firmware_bridge.osdp_readers import Pair, Reader, reply
from firmware_bridge.links.osdp import Read
chance = random.Random(7)
blocks = [b"", b"\\x02\\x16", b"\\x02\\x18", b"\\x03\\x12\\x01", b"\\x03\\x14\\x01"]
pair = Pair(Reader())
def forge(command):
    body = bytes([chance.randrange(0x40, 0x91)]) + chance.randbytes(chance.randrange(0, 200))
    return reply(command, body, block=chance.choice(blocks)) if chance.random() < 0.9 else body * 3
deadline = time.monotonic() + 6
while time.monotonic() < deadline:
    pair.meddle = forge
    pair.live(lambda: pair.meddle is None, seconds=0.05)
assert not [each for each in pair.events if isinstance(each, Read)]
pair.meddle = None
pair.connect()
print("alive")
"""


def in_a_process(program: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip().splitlines()[-1]


def test_no_two_processes_begin_with_the_same_challenge():
    assert in_a_process(SESSION) != in_a_process(SESSION)


def test_whatever_a_reader_answers_breaks_nothing_and_is_no_card():
    assert in_a_process(FUZZ) == "alive"
