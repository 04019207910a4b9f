"""Writes lines to a server that takes `/api/v2/write`: InfluxDB 1.8, 2 and 3, VictoriaMetrics.

Plain HTTP over one connection: an answer is waited for, and nothing counts as written before it came.
Source: https://docs.influxdata.com/influxdb/v2/api/v2/#operation/PostWrite
"""

from __future__ import annotations

from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import quote, urlencode, urlsplit

PATIENCE = 10.0
LONGEST_WORD = 300
LONGEST_WAIT = 300.0
EXPIRED = "beyond retention policy"  # the server has taken the others, and would throw these away at once


class Away(Exception):
    """The server can't take anything now; `wait` is when it asks to be tried again, in seconds."""

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.wait = min(wait, LONGEST_WAIT)


class Refused(Exception):
    """The server will never take these lines as they are."""


class TooLarge(Exception):
    """The server wants fewer lines at once."""


class Server:
    def __init__(self, url: str, *, bucket: str, org: str = "", token: str = "") -> None:
        self._address = urlsplit(url)
        asked = urlencode({"org": org, "bucket": bucket, "precision": "ns"}, quote_via=quote)
        root = self._address.path.rstrip("/")
        self._bucket, self._write, self._query = bucket, f"{root}/api/v2/write?{asked}", f"{root}/query"
        self._headers = {}
        if token:
            self._headers["Authorization"] = f"Token {token}"
        self._connection: HTTPConnection | None = None

    def write(self, lines: Sequence[str]) -> None:
        """All of the lines are kept when this returns.

        Raises:
            Away, Refused, TooLarge: none of them may be kept, or some.
        """
        status, word, wait = self._post(self._write, "\n".join(lines), "text/plain; charset=utf-8")
        if status in {200, 204} or (status in {400, 422} and EXPIRED in word):
            return
        if status == 413:
            raise TooLarge(word)
        if status in {400, 422}:
            raise Refused(word)
        raise Away(f"HTTP {status} {word}", wait)

    def delete(self, statements: Sequence[str]) -> None:
        """All that these statements of InfluxQL name is gone when this returns.

        Raises:
            Away, Refused: some of it may be there.
        """
        asked = urlencode({"db": self._bucket, "q": "; ".join(statements)})
        status, word, wait = self._post(self._query, asked, "application/x-www-form-urlencoded")
        if status >= 500 or status == 429:
            raise Away(f"HTTP {status} {word}", wait)
        if status != 200 or '"error"' in word:
            raise Refused(f"HTTP {status} {word}"[:LONGEST_WORD])
        if '"series"' in word:  # VictoriaMetrics tells its databases, whatever it is asked
            raise Refused("the server speaks no InfluxQL and deletes nothing")

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _post(self, path: str, body: str, kind: str) -> tuple[int, str, float]:
        """Status, word, and how long to wait.

        Raises:
            Away: nobody answered.
        """
        try:
            return self._answer(path, body.encode(), {**self._headers, "Content-Type": kind})
        except (OSError, HTTPException) as error:
            self.close()
            raise Away(f"{type(error).__name__}: {error}"[:LONGEST_WORD]) from None

    def _answer(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, float]:
        connection = self._connection = self._connection or self._dial()
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        word = answer.read().decode(errors="replace").strip()[:LONGEST_WORD]
        after = answer.headers.get("Retry-After", "")
        return answer.status, word, float(after) if after.isascii() and after.isdigit() else 0.0

    def _dial(self) -> HTTPConnection:
        host, port = self._address.hostname or "", self._address.port
        kind = HTTPSConnection if self._address.scheme == "https" else HTTPConnection
        return kind(host, port, timeout=PATIENCE)
