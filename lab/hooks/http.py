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
        found = _answer(answer.status, answer.read(MOST_READ), answer.getheader("Retry-After"))
    except (OSError, http.client.HTTPException):
        if late.is_set():
            raise TimeoutError from None
        raise
    else:
        return Answer(trouble="timeout") if late.is_set() else found  # cut off, headers look whole
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


def _connection(scheme: str, host: str, port: int | None, address: str) -> _Plain | _Secure:
    if scheme == "https":
        return _Secure(host, port, address)
    return _Plain(host, port, address)


def _port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _cut(connection: _Plain | _Secure, late: threading.Event) -> None:
    late.set()
    with suppress(OSError):
        if connection.line is not None:
            # Not the way of a TLS socket, which would forget its keys while another thread reads.
            socket.socket.shutdown(connection.line, socket.SHUT_RDWR)


class _Plain(http.client.HTTPConnection):
    """Names the host that was asked for, and connects to the address that was checked.

    `line` is its socket even while the answer is read, when the connection has let go of it.
    """

    line: socket.socket | None = None

    def __init__(self, host: str, port: int | None, address: str) -> None:
        super().__init__(host, port, timeout=SILENCE)
        self._address = address

    def connect(self) -> None:
        self.sock = self.line = socket.create_connection((self._address, self.port), SILENCE)


class _Secure(http.client.HTTPSConnection):
    """The same; the certificate has to be the host's, not the address's."""

    line: socket.socket | None = None

    def __init__(self, host: str, port: int | None, address: str) -> None:
        self._trust = ssl.create_default_context()
        super().__init__(host, port, timeout=SILENCE, context=self._trust)
        self._address = address

    def connect(self) -> None:
        self.line = socket.create_connection((self._address, self.port), SILENCE)
        # Greeted once `line` is the socket that the watchdog can cut off.
        greeted = self._trust.wrap_socket(self.line, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock = self.line = greeted
        greeted.do_handshake()
