"""Card modules and the display, on buses that behave as their data sheets say."""

import asyncio
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reader.drivers.pn532 import I2cPort, Pn532, UartPort, framed, uid_of, unframed
from reader.drivers.rc522 import Rc522, with_crc

from tests.firmware_bridge.firmware.chips import I2cBus, Pn532Chip, Rc522Chip, Uart, crc_a
from tests.firmware_bridge.firmware.readers import FIRMWARE, micropython

UIDS = [bytes.fromhex("A1B2C3D4"), bytes.fromhex("04A1B2C3D4E5F6"), bytes.fromhex("010203040506070809AA")]


def read(module):
    return asyncio.run(module.read())


def on_i2c(chip):
    return Pn532(I2cPort(I2cBus(chip)))


def on_uart(chip):
    return Pn532(UartPort(Uart(chip)))


@pytest.mark.parametrize("uid", UIDS, ids=len)
@pytest.mark.parametrize("connected", [on_i2c, on_uart])
def test_a_pn532_reads_cards_that_come_and_go(connected, uid):
    chip = Pn532Chip(uid)
    module = connected(chip)

    assert read(module) == uid.hex().upper()
    chip.card = b""
    assert read(module) is None
    chip.card = UIDS[0]
    assert read(module) == "A1B2C3D4"
    assert chip.commands == [0x14, 0x32, 0x4A, 0x4A, 0x4A]


def test_a_pn532_that_lost_its_power_is_set_up_anew(monkeypatch):
    monkeypatch.setattr("reader.drivers.pn532.PATIENCE", 2)
    chip = Pn532Chip(UIDS[0])
    module = on_i2c(chip)
    read(module)
    chip.hear = lambda raw: None
    with pytest.raises(OSError, match="PN532"):
        read(module)
    del chip.hear
    chip.asleep, chip.commands = True, []

    assert read(module) == "A1B2C3D4"
    assert chip.commands == [0x14, 0x32, 0x4A]


@given(st.binary(max_size=80))
def test_noise_from_a_pn532_is_no_card(noise):
    answer = Pn532Chip._frame(b"\xd5\x4b\x00")

    assert b"\x4b\x00" in unframed(noise.replace(b"\xff", b"") + answer)
    for found in unframed(noise):
        uid_of(found)


@given(st.binary(max_size=30))
def test_a_frame_comes_out_as_it_went_in(body):
    raw = bytearray(framed(b"\x4b" + body))
    raw[5] = 0xD5  # the chip's direction
    raw[-2] = (raw[-2] - 1) & 0xFF

    assert unframed(bytes(raw)) == [b"\x4b" + body]


@pytest.mark.parametrize("uid", UIDS, ids=len)
def test_an_rc522_climbs_the_cascade(uid):
    chip = Rc522Chip(uid)
    module = Rc522(chip, chip.select)

    assert [read(module), read(module)] == [uid.hex().upper()] * 2
    chip.uid = b""
    assert read(module) is None


@pytest.mark.parametrize("version", [0x00, 0xFF])
def test_an_rc522_that_is_not_there_is_said_so(version):
    chip = Rc522Chip(version=version)

    with pytest.raises(OSError, match="RC522"):
        read(Rc522(chip, chip.select))


def test_a_card_that_leaves_half_way_is_no_card():
    chip = Rc522Chip(UIDS[1])
    whole = chip._card
    chip._card = lambda sent, bits: b"" if sent[0] == 0x95 else whole(sent, bits)

    assert read(Rc522(chip, chip.select)) is None


@given(st.binary(max_size=20))
def test_the_cards_checksum_is_the_standards(raw):
    assert with_crc(raw) == raw + crc_a(raw)


DISPLAY = """
from reader.drivers.ssd1306 import Ssd1306
class Bus:
    def __init__(self): self.sent = []
    def writeto(self, address, raw): self.sent.append((address, bytes(raw)))
bus = Bus()
display = Ssd1306(bus)
display.show([])
display.show(["Bienvenue", "hors ligne"])
print([(address, raw[0], len(raw), sum(map(bool, raw[1:]))) for address, raw in bus.sent])
"""


def test_a_display_shows_lines():
    told = subprocess.run(
        [micropython(), "-c", DISPLAY],
        env={"MICROPYPATH": f".frozen:{FIRMWARE}"},
        capture_output=True,
        text=True,
        check=True,
    )

    sent = eval(told.stdout)
    assert {address for address, *_ in sent} == {0x3C}
    assert [(first, length) for _, first, length, _ in sent[1:]] == [(0, 7), (64, 1025)] * 2
    assert sent[2][3] == 0  # nothing shown
    assert 50 < sent[4][3] < 200


def test_the_esp32_s_board_moves_its_pins_and_tells_a_card_once_until_it_left():
    here = Path(__file__).parent
    told = subprocess.run(
        [micropython(), str(here / "esp32_board.py")],
        env={"MICROPYPATH": f".frozen:{FIRMWARE}:{here}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.stderr == ""
    assert eval(told.stdout) == [1, True, True, 0, 1, 1, 0, "04A1B2C3", "04A1B2C3", 0, True, 1]
