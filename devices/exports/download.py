"""A file on its way to a browser or a program: few at once, or those who look at pages would wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import chain

from django.http import StreamingHttpResponse

from devices.exports import FORMATS, Asked, stream

AT_ONCE = 3  # of the few threads of a web process
_places = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """As many files as may be are on their way already."""


class Download:
    """Gives its place back when the last bit is sent, or nobody wants the rest."""

    def __init__(self, asked: Asked, form: str) -> None:
        """Reads the beginning.

        Raises:
            Busy: try again in a moment.
            Away: when what is asked for is told by a server that does not answer.
        """
        if not _places.acquire(blocking=False):
            raise Busy
        self._held = True
        try:
            bits = stream(asked, form)
            self._bits = chain([next(bits, b"") + next(bits, b"")], bits)
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        return self._bits

    def close(self) -> None:
        if self._held:
            self._held = False
            _places.release()


def answer(asked: Asked, form: str) -> StreamingHttpResponse:
    """A response that is a file.

    Raises:
        Busy, Away: as `Download`.
    """
    told = StreamingHttpResponse(Download(asked, form), content_type=FORMATS[form].content_type)
    first, last = (moment.date().isoformat() for moment in (asked.start, asked.end))
    name = f"{asked.device}_{first}_{last}.{FORMATS[form].suffix}"
    told["Content-Disposition"] = f'attachment; filename="{name}"'
    told["Cache-Control"] = "no-store"
    return told
