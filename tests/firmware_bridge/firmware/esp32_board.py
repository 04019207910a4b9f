"""Runs under MicroPython: the ESP32's board on pins and buses that write down what happens to them."""

import asyncio
import sys

from chips import I2cBus, Pn532Chip


class Pins:
    """The module `machine`."""

    pins = {}
    fed = resets = 0
    chip = Pn532Chip()

    class Pin:
        OUT, IN, PULL_UP = 1, 2, 3

        def __init__(self, number, mode=None, pull=None, value=None):
            self.state = 1 if pull else value
            Pins.pins[number] = self

        def value(self, *new):
            if new:
                self.state = int(new[0])
            return self.state

    class WDT:
        def __init__(self, timeout):
            pass

        def feed(self):
            Pins.fed += 1

    @staticmethod
    def I2C(number, sda, scl, freq):
        return I2cBus(Pins.chip)

    @staticmethod
    def reset():
        Pins.resets += 1


class Network:
    """The module `network`."""

    STA_IF, asked = 0, []

    class WLAN:
        def __init__(self, interface):
            pass

        def active(self, on):
            pass

        def connect(self, *account):
            Network.asked.append(account)

        def isconnected(self):
            return bool(Network.asked)


class Config:
    card, pins, wifi = "pn532-i2c", {"relay": 4}, ("lab", "secret")


async def main():
    from reader.boards.esp32 import Board

    board = Board(Config)
    await board.start()
    board.relay(True)
    Pins.pins[27].state = 0
    told = [Pins.pins[4].state, board.busy(), board.online(), Pins.fed]
    board.feed()
    board.show("yes", ["Bienvenue"])  # there is no display on this bus
    told += [Pins.fed, Pins.pins[32].state, Pins.pins[33].state]
    Pins.chip.card = b"\x04\xa1\xb2\xc3"
    told.append(await asyncio.wait_for(board.card(), 60))
    try:
        await asyncio.wait_for(board.card(), 0.5)  # it stays there
        told.append("again")
    except asyncio.TimeoutError:  # noqa: UP041 -- MicroPython's is another one
        pass
    Pins.chip.card = b""
    waiting, looks = asyncio.create_task(board.card()), len(Pins.chip.commands)
    while len(Pins.chip.commands) < looks + 5:  # so often that the card is gone for the board, too
        await asyncio.sleep(0.05)
    Pins.chip.card = b"\x04\xa1\xb2\xc3"
    told += [await asyncio.wait_for(waiting, 60), Pins.pins[25].state, board.beat > 0]
    board.restart()
    told.append(Pins.resets)
    sys.stdout.write(repr(told))


sys.modules["machine"], sys.modules["network"] = Pins, Network
asyncio.run(main())
