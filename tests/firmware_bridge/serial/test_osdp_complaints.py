"""What is said of an OSDP reader that does not come: that none answers, or that it refuses our key."""

import time

from firmware_bridge.serial import osdp
from firmware_bridge.serial.driving import Turned
from firmware_bridge.serial.osdp import NO_READER, PATIENCE, WRONG_KEY, Osdp
from tests.firmware_bridge.osdp_readers import KEY, Reader
from tests.processes import eventually


def complaints(heard):
    return [each.what.why for each in heard if isinstance(each.what, Turned) and not each.what.online]


def ahead():
    """A driver that looked for its reader long enough, what it said of that, and its clock."""
    began = time.monotonic()
    driver = Osdp([osdp.Reader("door-1", 1, KEY)])
    driver.opened(began)
    driver.tick(began)
    told = complaints(driver.tick(began + PATIENCE + 6))
    return driver, told, lambda: time.monotonic() + PATIENCE + 6


def step(driver, reader, now):
    """A moment on the line; what the driver says of it."""
    reader.line.heard += driver.outgoing()
    reader.step()
    said = bytes(reader.line.to_say)
    reader.line.to_say.clear()
    return driver.feed(said, now) + driver.tick(now)


def test_a_reader_that_comes_late_and_refuses_our_key_is_told_as_such():
    driver, told, clock = ahead()
    reader = Reader(key=bytes(16))

    eventually(lambda: told.extend(complaints(step(driver, reader, clock()))) or len(told) > 1)

    assert told == [NO_READER, WRONG_KEY]


def test_a_reader_that_comes_late_and_has_our_key_is_not_complained_of():
    driver, told, clock = ahead()
    reader, heard = Reader(), []

    eventually(lambda: heard.extend(step(driver, reader, clock())) or heard)

    assert told == [NO_READER]
    assert [each.what.online for each in heard] == [True]
