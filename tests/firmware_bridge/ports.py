"""Serial lines of the tests: pseudo-terminals behind a name that can be unplugged and plugged in again."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path


def rdm6300(card: str) -> bytes:
    """What an RDM6300 says of a card, as 10 (or 8) hex digits."""
    total = 0
    for byte in bytes.fromhex(card):
        total ^= byte
    return b"\x02" + card.encode() + f"{total:02X}".encode() + b"\x03"


class Plug:
    """`path` is the line for the bridge; `say` and `hear` are the electronics at its other end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._near: int | None = None
        self.insert()

    def insert(self) -> None:
        self._near, far = os.openpty()
        tty.setraw(self._near)
        tty.setraw(far)
        os.set_blocking(self._near, False)
        name = os.ttyname(far)
        os.close(far)
        draft = self.path.with_suffix(".draft")
        draft.symlink_to(name)
        draft.replace(self.path)

    def pull(self) -> None:
        self.path.unlink(missing_ok=True)
        near, self._near = self._near, None
        if near is not None:
            os.close(near)

    @property
    def fd(self) -> int:
        if self._near is None:
            raise OSError("unplugged")
        return self._near

    def say(self, data: bytes) -> None:
        os.write(self.fd, data)

    def hear(self, seconds: float = 0.0) -> bytes:
        """What has come; waits at most so long for the first byte."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return b""
        try:
            return os.read(self.fd, 4096)
        except OSError:  # nobody has the line open
            return b""

    def hear_until(self, mark: bytes, seconds: float = 60.0) -> bytes:
        heard, deadline = b"", time.monotonic() + seconds
        while mark not in heard:
            assert time.monotonic() < deadline, f"no {mark!r} in {heard!r}"
            heard += self.hear(0.05)
        return heard


@contextlib.contextmanager
def answering(plug: Plug, answer: Callable[[bytes], bytes]):
    """Electronics at the plug's end: what it hears goes through `answer`, which gives what it says."""
    stop = threading.Event()

    def live() -> None:
        while not stop.is_set():
            with contextlib.suppress(OSError, ValueError):
                heard = plug.hear(0.02)
                said = answer(heard) if heard else b""
                if said:
                    plug.say(said)
                continue
            stop.wait(0.02)

    thread = threading.Thread(target=live)
    thread.start()
    try:
        yield plug
    finally:
        stop.set()
        thread.join(10)


@contextlib.contextmanager
def tcp_line():
    """A serial line behind TCP: its URL, and a function that waits for the bridge and gives its socket."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(90)
        yield f"socket://127.0.0.1:{server.getsockname()[1]}", lambda: server.accept()[0]
