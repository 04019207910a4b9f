"""A network cable that tests can cut: a TCP proxy whose ends stay where they are."""

import select
import socket
import threading
from contextlib import contextmanager, suppress


class Wire:
    """Carries connections to a port; `cut()` ends them, `hush()` lets them stand and carry nothing."""

    def __init__(self, port: int) -> None:
        self._port, self._pairs = port, {}
        self._whole, self._ends, self.deaf = True, False, False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """Nothing passes, and whoever tries is refused at once."""
        self._whole = False
        self._hang_up()

    def hush(self) -> None:
        """Nothing passes, and nobody is told."""
        self._whole = False

    def mend(self) -> None:
        self._hang_up()
        self._whole, self.deaf = True, False

    def close(self) -> None:
        self._ends = True
        self._thread.join(5)
        self._hang_up()
        self._listener.close()

    def _carry(self) -> None:
        while not self._ends:
            heard, _, _ = select.select([self._listener, *(self._pairs if self._whole else ())], [], [], 0.02)
            for end in heard:
                if end is self._listener:
                    self._connect(end.accept()[0])
                elif self._whole and end in self._pairs:
                    self._pass(end, self._pairs[end])

    def _connect(self, near: socket.socket) -> None:
        try:
            if not self._whole:
                raise ConnectionError
            far = socket.create_connection(("127.0.0.1", self._port), 5)
        except OSError:
            near.close()
            return
        for end in (near, far):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._pairs |= {near: far, far: near}

    def _pass(self, end: socket.socket, other: socket.socket) -> None:
        try:
            data = end.recv(65536)
            from_server = end.getpeername()[1] == self._port
            if data and not (self.deaf and from_server):
                other.sendall(data)
        except OSError:
            data = b""
        if not data:
            self._drop(end)

    def _drop(self, end: socket.socket) -> None:
        other = self._pairs.pop(end, None)
        if other is not None:
            self._pairs.pop(other, None)
            other.close()
        end.close()

    def _hang_up(self) -> None:
        for end in list(self._pairs):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            self._drop(end)


@contextmanager
def wire(port: int):
    made = Wire(port)
    try:
        yield made
    finally:
        made.close()
