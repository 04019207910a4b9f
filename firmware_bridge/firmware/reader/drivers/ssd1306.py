"""SSD1306 over I²C: 128 × 64 points, eight lines of sixteen signs."""

import framebuf

WIDTH, HEIGHT, ADDRESS = 128, 64, 0x3C
# Off, clock, 64 rows, no offset, charge pump, horizontal addressing, mirrored as modules are mounted, on.
SET_UP = (
    b"\xae\xd5\x80\xa8\x3f\xd3\x00\x40\x8d\x14\x20\x00\xa1\xc8\xda\x12\x81\xcf\xd9\xf1\xdb\x40\xa4\xa6\xaf"
)
WHOLE = b"\x21\x00\x7f\x22\x00\x07"


class Ssd1306:
    """Raises OSError when there is no display."""

    def __init__(self, i2c):
        self._i2c = i2c
        self._raw = bytearray(WIDTH * HEIGHT // 8)
        self._frame = framebuf.FrameBuffer(self._raw, WIDTH, HEIGHT, framebuf.MONO_VLSB)
        self._send(SET_UP)

    def show(self, lines):
        """Up to five lines from the top, with room between them."""
        self._frame.fill(0)
        for number, line in enumerate(lines[:5]):
            self._frame.text(line, 0, 12 * number + 2)
        self._send(WHOLE)
        self._i2c.writeto(ADDRESS, b"\x40" + self._raw)

    def _send(self, commands):
        self._i2c.writeto(ADDRESS, b"\x00" + commands)
