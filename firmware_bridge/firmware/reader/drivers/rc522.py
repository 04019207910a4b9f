"""RC522 over SPI: the UID of a card in the field (NXP MFRC522 data sheet, ISO/IEC 14443-3)."""

import asyncio

COMMAND, COM_IRQ, ERROR, FIFO, FIFO_LEVEL, BIT_FRAMING, COLLISION = 0x01, 0x04, 0x06, 0x09, 0x0A, 0x0D, 0x0E
MODE, TX_CONTROL, TX_ASK, TIMER_MODE, PRESCALER, RELOAD_HIGH, RELOAD_LOW = (
    0x11,
    0x14,
    0x15,
    0x2A,
    0x2B,
    0x2C,
    0x2D,
)
VERSION = 0x37
IDLE, TRANSCEIVE, RESET = 0x00, 0x0C, 0x0F
ANSWERED, TIMED_OUT, WRONG = 0x30, 0x01, 0x1B
WAKE_UP, HALT, CASCADES, CASCADE_TAG = 0x52, b"\x50\x00", (0x93, 0x95, 0x97), 0x88
PATIENCE = 50  # tries


class Rc522:
    """`select(True)` pulls the chip's select line for the bytes that follow on `spi`."""

    def __init__(self, spi, select):
        self._spi, self._select = spi, select
        self._set_up = False

    async def read(self):
        """The UID of the card in the field as hex; None without one.

        Raises:
            OSError: the chip does not answer; the next read sets it up anew.
        """
        if self._get(VERSION) in (0x00, 0xFF):
            self._set_up = False
            raise OSError("no answer from the RC522")
        if not self._set_up:
            await self._begin()
        if len(await self._ask(bytes((WAKE_UP,)), bits=7)) != 2:
            return None
        uid = await self._uid()
        await self._ask(with_crc(HALT))
        return "".join("%02X" % byte for byte in uid) if uid else None

    async def _uid(self):
        """Climb the cascade: three or four bytes a step; b"" when a card left or two of them spoke."""
        uid = b""
        for step in CASCADES:
            part = await self._ask(bytes((step, 0x20)))
            if len(part) != 5 or part[0] ^ part[1] ^ part[2] ^ part[3] != part[4]:
                return b""
            if len(await self._ask(with_crc(bytes((step, 0x70)) + part))) != 3:
                return b""
            if part[0] != CASCADE_TAG:
                return uid + part[:4]
            uid += part[1:4]
        return b""

    async def _begin(self):
        self._set(COMMAND, RESET)
        await asyncio.sleep(0.05)
        timer = ((TIMER_MODE, 0x8D), (PRESCALER, 0x3E), (RELOAD_HIGH, 0), (RELOAD_LOW, 30))  # 15 ms
        for register, value in timer + ((TX_ASK, 0x40), (MODE, 0x3D), (TX_CONTROL, 0x83)):
            self._set(register, value)
        self._set_up = True

    async def _ask(self, sent, bits=0):
        """What a card answers; b"" for silence and noise. `bits` of the last byte are sent, 0 means all."""
        for register, value in ((COMMAND, IDLE), (COM_IRQ, 0x7F), (FIFO_LEVEL, 0x80), (COLLISION, 0x80)):
            self._set(register, value)
        for byte in sent:
            self._set(FIFO, byte)
        self._set(COMMAND, TRANSCEIVE)
        self._set(BIT_FRAMING, 0x80 | bits)
        for _ in range(PATIENCE):
            happened = self._get(COM_IRQ)
            if happened & (ANSWERED | TIMED_OUT):
                break
            await asyncio.sleep(0)
        self._set(BIT_FRAMING, 0)
        if not happened & ANSWERED or self._get(ERROR) & WRONG:
            return b""
        return bytes(self._get(FIFO) for _ in range(self._get(FIFO_LEVEL)))

    def _set(self, register, value):
        self._select(True)
        self._spi.write(bytes((register << 1, value)))
        self._select(False)

    def _get(self, register):
        self._select(True)
        self._spi.write(bytes((register << 1 | 0x80,)))
        value = self._spi.read(1)[0]
        self._select(False)
        return value


def with_crc(raw):
    """ISO/IEC 14443-3 CRC_A, low byte first."""
    crc = 0x6363
    for byte in raw:
        byte ^= crc & 0xFF
        byte = (byte ^ byte << 4) & 0xFF
        crc = crc >> 8 ^ byte << 8 ^ byte << 3 ^ byte >> 4
    return raw + bytes((crc & 0xFF, crc >> 8 & 0xFF))
