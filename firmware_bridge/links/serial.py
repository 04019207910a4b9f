"""One serial line by its address (pyserial's URLs): bytes that have come, bytes to go, and nothing waits.

Whatever goes wrong, at any call, is `Lost`: the line is gone, and one opens it again.
"""

from __future__ import annotations

import contextlib
import errno
import os
import termios
from collections.abc import Iterator

import serial

IN_ONE_GO = 4096
PATIENCE = 1.0  # seconds that a line may take to swallow what we write


NOT_THERE = "there is no such line here"
NOT_ALLOWED = "this process may not open the line"
TAKEN = "another program has the line"
NO_ANSWER = "the line can't be opened"
GONE = "the line is gone"
_REASONS = {
    errno.ENOENT: NOT_THERE,
    errno.ENODEV: NOT_THERE,
    errno.EACCES: NOT_ALLOWED,
    errno.EPERM: NOT_ALLOWED,
    errno.EAGAIN: TAKEN,
    errno.EBUSY: TAKEN,
}


class Lost(OSError):
    """There is no line, or no longer: `why` is a sentence for people, the message what the system said."""

    def __init__(self, why: str, said: str = "") -> None:
        super().__init__(said or why)
        self.why = why


class Wire:
    """`address` is `/dev/ttyUSB0`, `socket://host:port`, `rfc2217://host:port`, `hwgrep://…` or `loop://`."""

    def __init__(self, address: str, *, baud: int) -> None:
        self._address, self._baud = address, baud
        self._port: serial.SerialBase | None = None

    @property
    def is_open(self) -> bool:
        return self._port is not None

    def open(self) -> None:
        """Open the line for us alone.

        Raises:
            Lost: it is not there, it can't be opened, or another program has it.
        """
        self.close()
        with _lost_if_broken(NO_ANSWER):
            port = serial.serial_for_url(
                self._address, baudrate=self._baud, timeout=0, write_timeout=PATIENCE, exclusive=True
            )
            self._port = port
        with _lost_if_broken(GONE):
            _hold_the_line(self.fileno())

    def fileno(self) -> int | None:
        """What to wait on for bytes; None where the line has none and must be asked again and again."""
        if self._port is None:
            return None
        try:
            found: int = self._port.fileno()
        except (AttributeError, OSError, ValueError):
            return None
        return found

    def read(self) -> bytes:
        """What has come so far, at most 4 KiB; empty when nothing has.

        Raises:
            Lost: the line is gone.
        """
        with _lost_if_broken(GONE):
            if self._port is None:
                raise Lost(GONE)
            return bytes(self._port.read(IN_ONE_GO))

    def write(self, data: bytes) -> None:
        """
        Raises:
            Lost: the line is gone, or takes nothing.
        """
        with _lost_if_broken(GONE):
            if self._port is None:
                raise Lost(GONE)
            self._port.write(data)

    def close(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            with contextlib.suppress(Exception):  # it may be gone already
                port.close()


@contextlib.contextmanager
def _lost_if_broken(otherwise: str) -> Iterator[None]:
    try:
        yield
    except Lost:
        raise
    except Exception as error:  # pyserial also lets termios.error, ValueError and TypeError through
        opening = otherwise is NO_ANSWER
        code = getattr(error, "errno", None) if opening else None
        raise Lost(_REASONS.get(code or 0, otherwise), str(error)) from error


def _hold_the_line(descriptor: int | None) -> None:
    """Leave DTR as it is when we go: its next rise would restart an Arduino, and with it a running job."""
    if descriptor is None or not os.isatty(descriptor):
        return
    settings = termios.tcgetattr(descriptor)
    settings[2] &= ~termios.HUPCL
    termios.tcsetattr(descriptor, termios.TCSANOW, settings)
