"""A small SNTP server whose time the tests choose."""

import socket
import threading
import time
from contextlib import contextmanager

from reader.clock import EPOCH


class TimeServer:
    """`ahead` is how many seconds its clock is ahead; `change` may spoil an answer."""

    def __init__(
        self, *, unix: float | None = None, ahead: float = 0.0, change=lambda answer: answer
    ) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = self._socket.getsockname()
        self.unix, self.ahead, self.change, self.asked = unix, ahead, change, 0
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                question, whose = self._socket.recvfrom(128)
                self.asked += 1
                self._socket.sendto(self.change(self._answer(question)), whose)
            except OSError:
                return

    def _answer(self, question: bytes) -> bytes:
        unix = (time.time() if self.unix is None else self.unix) + self.ahead
        seconds, part = divmod(unix + EPOCH, 1)
        stamp = (int(seconds) & 0xFFFFFFFF).to_bytes(4, "big") + int(part * 2**32).to_bytes(4, "big")
        return bytes((0x24, 2, 0, 0)) + bytes(20) + question[40:48] + bytes(8) + stamp


@contextmanager
def time_server(**options):
    made = TimeServer(**options)
    try:
        yield made
    finally:
        made.close()
