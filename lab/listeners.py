"""What the environment says of the embedded broker's listeners, and of where devices find a broker."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lab.config import BadSetting, broker_of

CERT, KEY, CLIENT_CA, PORT = "MQTT_TLS_CERT", "MQTT_TLS_KEY", "MQTT_TLS_CLIENT_CA", "MQTT_TLS_PORT"
PLAIN, FOR_DEVICES = "MQTT_PLAIN", "MQTT_DEVICE_URL"
EVERYWHERE, LOOPBACK = "everywhere", "loopback"


@dataclass(frozen=True, slots=True)
class Secure:
    """A listener for TLS; with `client_ca` it asks devices for a certificate of that authority, too."""

    port: int
    certificate: Path
    key: Path
    client_ca: Path | None = None

    def context(self) -> ssl.SSLContext:
        """
        Raises:
            OSError: a file can't be read, or does not fit (`ssl.SSLError` is one).
        """
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.certificate, self.key, password=lambda: "")
        if self.client_ca is not None:
            made.load_verify_locations(self.client_ca)
            made.verify_mode = ssl.CERT_REQUIRED
        return made

    @property
    def stamp(self) -> tuple[int, ...]:
        """Another one when a certificate was renewed."""
        files = (self.certificate, self.key, *((self.client_ca,) if self.client_ca else ()))
        return tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in files)


@dataclass(frozen=True, slots=True)
class Listeners:
    """`plain_outside`: may devices come without TLS; `told`: the broker's URL for devices, empty to guess."""

    secure: Secure | None = None
    plain_outside: bool = True
    told: str = ""


def load(environ: Mapping[str, str]) -> Listeners:
    """Read the environment.

    Raises:
        BadSetting: for the first variable that can't be used.
    """
    secure, plain = _secure(environ), environ.get(PLAIN) or EVERYWHERE
    if plain not in (EVERYWHERE, LOOPBACK):
        raise BadSetting(PLAIN, f"{EVERYWHERE} or {LOOPBACK}, not {plain!r}")
    if plain == LOOPBACK and secure is None:
        raise BadSetting(PLAIN, f"{EVERYWHERE} while there is no {CERT}: no device could connect")
    return Listeners(secure, plain == EVERYWHERE, _told(environ.get(FOR_DEVICES) or ""))


def _secure(environ: Mapping[str, str]) -> Secure | None:
    certificate, key = _file(environ, CERT), _file(environ, KEY)
    if (certificate is None) != (key is None):
        raise BadSetting(
            CERT if certificate is None else KEY, "given, too: a certificate and its key go together"
        )
    if certificate is None or key is None:
        return None
    text = environ.get(PORT) or "8883"
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 0 < int(text) < 65536:
        raise BadSetting(PORT, f"a port number from 1 to 65535, not {text!r}")
    found = Secure(int(text), certificate, key, _file(environ, CLIENT_CA))
    try:
        found.context()
    except (OSError, ValueError) as error:
        fault = f"the key of the certificate in {CERT}, both PEM, without a password ({error})"
        raise BadSetting(KEY, fault.replace("\n", " ")) from None
    return found


def _file(environ: Mapping[str, str], name: str) -> Path | None:
    text = environ.get(name) or ""
    if not text:
        return None
    path = Path(text).expanduser().resolve()
    if not os.access(path, os.R_OK) or not path.is_file():
        raise BadSetting(name, f"a file that can be read, not {text!r}")
    return path


def _told(url: str) -> str:
    try:
        broker = broker_of(url) if url else None
    except BadSetting:
        broker = None
    if url and (broker is None or broker.username or broker.password):
        raise BadSetting(FOR_DEVICES, "a URL without an account, such as mqtts://broker.lab.example:8883")
    return url
