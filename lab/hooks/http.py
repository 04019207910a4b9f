"""One POST to an address that a manager gave: checked, bounded in time and size, never redirected."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from lab.networks import Network, may_reach

SILENCE = 10.0  # seconds that a receiver may be silent
WHOLE = 20.0  # seconds for all of it, however slowly it dribbles
MOST_READ = 4096  # of the answer, for whoever looks why it was refused
MOST_TOLD = 150
AGENT = "Etabli-Hooks/1"


@dataclass(frozen=True, slots=True)
class Answer:
    """`trouble` is empty when the message was taken; else a code, and after a colon what was heard."""

    status: int | None = None
    trouble: str = ""
    retry_after: timedelta | None = None


class Forbidden(OSError):
    """The address lies in a network that hooks may not reach."""


def post(url: str, *, body: bytes, headers: Mapping[str, str], networks: tuple[Network, ...]) -> Answer:
    """Send it, and say how it went; raises nothing."""
    try:
        return _posted(url, body, headers, networks)
    except Forbidden:
        return Answer(trouble="forbidden")
    except socket.gaierror:
        return Answer(trouble="unknown_host")
    except TimeoutError:
        return Answer(trouble="timeout")
    except ssl.SSLError as error:
        return Answer(trouble=f"tls: {error.reason or error}"[:MOST_TOLD])
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(trouble=f"unreachable: {error}"[:MOST_TOLD])


def reachable(url: str, networks: tuple[Network, ...]) -> str:
    """The address behind the name of this URL; the one that was checked is the one to connect to.

    Raises:
        Forbidden: when one of them may not be reached.
        OSError: when the name leads nowhere.
    """
    parts = urlsplit(url)
    found = socket.getaddrinfo(parts.hostname, parts.port or _port(parts.scheme), type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not all(may_reach(address, networks) for address in addresses):
        raise Forbidden
    return addresses[0]


def _posted(url: str, body: bytes, headers: Mapping[str, str], networks: tuple[Network, ...]) -> Answer:
    parts = urlsplit(url)
    address = reachable(url, networks)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, address)
    late = threading.Event()
    watchdog = threading.Timer(WHOLE, _cut, [connection, late])
    watchdog.daemon = True
    watchdog.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = {"Content-Type": "application/json", "User-Agent": AGENT, "Connection": "close"}
        connection.request("POST", target, body=body, headers=sent | dict(headers))
        answer = connection.getresponse()
        return _answer(answer.status, answer.read(MOST_READ), answer.getheader("Retry-After"))
    except (OSError, http.client.HTTPException):
        if late.is_set():
            raise TimeoutError from None
        raise
    finally:
        watchdog.cancel()
        connection.close()


def _answer(status: int, said: bytes, later: str | None) -> Answer:
    if 200 <= status < 300:
        return Answer(status)
    text = "".join(sign for sign in said.decode(errors="replace") if sign.isprintable()).strip()
    code = "redirect" if 300 <= status < 400 else "status"
    trouble = f"{code}: {text}"[:MOST_TOLD] if text and code == "status" else code
    seconds = int(later) if later and later.isascii() and later.isdigit() and len(later) < 8 else None
    return Answer(status, trouble, None if seconds is None else timedelta(seconds=seconds))


def _connection(scheme: str, host: str, port: int | None, address: str) -> http.client.HTTPConnection:
    if scheme == "https":
        return _Secure(host, port, address)
    return _Plain(host, port, address)


def _port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _cut(connection: http.client.HTTPConnection, late: threading.Event) -> None:
    late.set()
    with suppress(OSError):
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)


class _Plain(http.client.HTTPConnection):
    """Names the host that was asked for, and connects to the address that was checked."""

    def __init__(self, host: str, port: int | None, address: str) -> None:
        super().__init__(host, port, timeout=SILENCE)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), SILENCE)


class _Secure(http.client.HTTPSConnection):
    """The same; the certificate has to be the host's, not the address's."""

    def __init__(self, host: str, port: int | None, address: str) -> None:
        self._trust = ssl.create_default_context()
        super().__init__(host, port, timeout=SILENCE, context=self._trust)
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), SILENCE)
        self.sock = self._trust.wrap_socket(plain, server_hostname=self.host)
