"""Text that comes in pieces, cut into lines; a line that never ends is given up."""

from __future__ import annotations

from firmware_bridge.wire.cards import Garbage


class Lines:
    """Lines of at most `most` bytes, without their ends (CR, LF or both); empty ones are skipped."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._line = bytearray()
        self._lost = False

    def feed(self, data: bytes) -> list[bytes | Garbage]:
        found: list[bytes | Garbage] = []
        *ended, rest = data.replace(b"\r", b"\n").split(b"\n")
        for piece in ended:
            found += self._take(piece)
            if self._line:
                found.append(bytes(self._line))
            self._line.clear()
            self._lost = False
        found += self._take(rest)
        return found

    def _take(self, piece: bytes) -> list[bytes | Garbage]:
        """Grow the line; once it is too long, the rest of it is skipped."""
        if self._lost:
            return []
        room = self._most - len(self._line)
        if len(piece) <= room:
            self._line += piece
            return []
        begun = bytes(self._line) + piece[:room]
        self._line.clear()
        self._lost = True
        return [Garbage(begun, f"a line of more than {self._most} bytes")]
