"""The reader's hardware on an ESP32: card module, relay, lights, buzzer, display, watchdog."""

import asyncio
import time

import machine
import network
from machine import Pin

PINS = {
    "relay": 26,
    "busy": 27,
    "green": 32,
    "red": 33,
    "buzzer": 25,
    "sda": 21,
    "scl": 22,
    "sck": 18,
    "mosi": 23,
    "miso": 19,
    "cs": 5,
    "tx": 17,
    "rx": 16,
}
LIGHTS = {"yes": (1, 0), "no": (0, 1), "wait": (1, 1)}  # green, red
BEEPS = {"yes": (80,), "no": (300, 100, 300)}  # milliseconds on, off, on
GONE = 3  # looks without a card, after which the same card comes anew
WATCHDOG_MS = 60_000


class Board:
    pause = 1.5  # seconds that an answer stays to be read

    def __init__(self, config):
        self.folder, self.beat = ".", 0
        self._config, pins = config, dict(PINS, **config.pins)
        self._relay = Pin(pins["relay"], Pin.OUT, value=0)
        self._busy = Pin(pins["busy"], Pin.IN, Pin.PULL_UP)  # closed to ground while the machine works
        self._green, self._red = Pin(pins["green"], Pin.OUT, value=0), Pin(pins["red"], Pin.OUT, value=0)
        self._buzzer = Pin(pins["buzzer"], Pin.OUT, value=0)
        self._i2c = machine.I2C(0, sda=Pin(pins["sda"]), scl=Pin(pins["scl"]), freq=100_000)
        self._cards, self._display = _cards(config.card, self._i2c, pins), _display(self._i2c)
        self._up, self._mark = 0, time.ticks_ms()
        self._wlan = network.WLAN(network.STA_IF)
        self._watchdog, self._last, self._misses = None, None, 0

    async def start(self):
        self._watchdog = machine.WDT(timeout=WATCHDOG_MS)
        self._wlan.active(True)
        if self._config.wifi:
            self._wlan.connect(*self._config.wifi)  # and again by itself whenever it is lost

    def uptime(self):
        now = time.ticks_ms()
        self._up += time.ticks_diff(now, self._mark)
        self._mark = now
        return self._up

    def time_ms(self):
        return None  # nothing keeps the time without power

    def online(self):
        return self._wlan.isconnected()

    def relay(self, on):
        self._relay.value(on)

    def busy(self):
        return not self._busy.value()

    def feed(self):
        if self._watchdog:
            self._watchdog.feed()

    def restart(self):
        machine.reset()

    def show(self, light, lines):
        green, red = LIGHTS.get(light, (0, 0))
        self._green.value(green)
        self._red.value(red)
        if light in BEEPS:
            asyncio.create_task(self._beep(BEEPS[light]))
        if self._display:
            try:
                self._display.show(lines)
            except OSError:
                pass  # a loose display is no reason to keep a door shut

    async def _beep(self, pattern):
        for number, milliseconds in enumerate(pattern):
            self._buzzer.value(number % 2 == 0)
            await asyncio.sleep(milliseconds / 1000)
        self._buzzer.value(0)

    async def card(self):
        while True:
            try:
                uid = await self._cards.read()
                self.beat = self.uptime()
            except OSError as error:
                print("cards:", error)
                uid = None
            if self._is_new(uid):
                return uid
            await asyncio.sleep(0.05)

    def _is_new(self, uid):
        if uid is None:
            self._misses += 1
            if self._misses >= GONE:
                self._last = None
            return False
        self._misses, known, self._last = 0, self._last, uid
        return uid != known


def _cards(kind, i2c, pins):
    if kind == "rc522":
        from reader.drivers.rc522 import Rc522

        spi = machine.SPI(2, 1_000_000, sck=Pin(pins["sck"]), mosi=Pin(pins["mosi"]), miso=Pin(pins["miso"]))
        chip_select = Pin(pins["cs"], Pin.OUT, value=1)
        return Rc522(spi, lambda on: chip_select.value(not on))
    from reader.drivers.pn532 import I2cPort, Pn532, UartPort

    if kind == "pn532-uart":
        return Pn532(UartPort(machine.UART(2, 115_200, tx=pins["tx"], rx=pins["rx"])))
    return Pn532(I2cPort(i2c))


def _display(i2c):
    from reader.drivers.ssd1306 import Ssd1306

    try:
        return Ssd1306(i2c)
    except OSError:
        return None
