"""What the environment says, read once and checked: a bad value is one line that names the variable."""

from __future__ import annotations

import ipaddress
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from environ import Env, ImproperlyConfigured

LANGUAGES = ("fr", "en")
LONGEST_OFFLINE = 24 * 31  # hours that a reader may decide alone
EMAIL_TIMEOUT = 10  # seconds that a mail server may be silent
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


class BadSetting(Exception):
    """One line: the variable, and what it must be."""

    def __init__(self, name: str, must_be: str) -> None:
        super().__init__(f"{name} must be {must_be}")
        self.name = name


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the MQTT broker listens and who the server is there; `ca` vouches for it, or the system."""

    host: str
    port: int
    username: str
    password: str
    tls: bool = False
    embedded: bool = False
    ca: Path | None = None

    def __repr__(self) -> str:
        return f"Broker({self.host}:{self.port}, tls={self.tls}, embedded={self.embedded})"


@dataclass(frozen=True, slots=True, repr=False)
class Config:
    """The whole configuration of one process."""

    state: Path
    secret_key: str
    badge_pepper: bytes
    older_pepper: bytes  # while badges are known by the one before; empty when none is
    card_secret: bytes  # the keys of secure cards come from it: with another one, each has to be written anew
    reader_secret: bytes
    offline_machine_hours: float
    offline_door_hours: float
    database: dict[str, Any]
    broker: Broker
    email: dict[str, Any]
    email_from: str
    public_url: str
    bind: str
    port: int
    mqtt_port: int
    allowed_hosts: list[str]
    time_zone: str
    language_code: str
    debug: bool
    metrics_token: str

    @property
    def local_url(self) -> str:
        """Where a browser on this machine finds the site."""
        host = WILDCARDS.get(self.bind, self.bind)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def site(self) -> str:
        """Where members find the site, without a slash at the end: what mails and calendars point to."""
        return self.public_url or self.local_url


def state_folder(environ: Mapping[str, str]) -> Path:
    """The folder that holds everything that is kept; `var/` beside the code unless told otherwise."""
    return Path(environ.get("ETABLI_STATE") or Path(__file__).parent.parent / "var").expanduser().resolve()


def load(environ: Mapping[str, str], *, secrets: Mapping[str, str]) -> Config:
    """Read the environment; `secrets` fills what it leaves out (keys as the variables).

    Raises:
        BadSetting: for the first variable that can't be used.
    """
    state = state_folder(environ)
    mqtt_port = _port(environ, "MQTT_PORT", 1883)
    machine_hours = _hours(environ, "OFFLINE_MACHINE_HOURS", 12, least=1)
    return Config(
        state=state,
        secret_key=environ.get("SECRET_KEY") or secrets["SECRET_KEY"],
        badge_pepper=_key(environ, "BADGE_PEPPER", secrets),
        older_pepper=_key(environ, "BADGE_PEPPER_OLD", {"BADGE_PEPPER_OLD": ""}, empty=True),
        card_secret=_key(environ, "CARD_SECRET", secrets),
        reader_secret=_key(environ, "READER_SECRET", secrets),
        offline_machine_hours=machine_hours,
        offline_door_hours=_hours(environ, "OFFLINE_DOOR_HOURS", 72, least=machine_hours),
        database=_database(environ.get("DATABASE_URL") or f"sqlite:///{state / 'db.sqlite3'}"),
        broker=replace(
            _broker(environ.get("MQTT_URL", ""), mqtt_port, secrets),
            ca=_authority(environ.get("MQTT_CA_FILE", "")),
        ),
        email=_email(environ.get("EMAIL_URL", "")),
        email_from=_sender(environ.get("EMAIL_FROM") or "Établi <etabli@localhost>"),
        public_url=_site(environ.get("PUBLIC_URL", "")),
        bind=_address(environ.get("ETABLI_BIND") or "127.0.0.1"),
        port=_port(environ, "PORT", 8000),
        mqtt_port=mqtt_port,
        allowed_hosts=_hosts(environ.get("ALLOWED_HOSTS", "")),
        time_zone=_time_zone(environ.get("TIME_ZONE") or "Europe/Paris"),
        language_code=_choice(environ, "LANGUAGE_CODE", "fr", LANGUAGES),
        debug=_choice(environ, "DEBUG", "0", ("0", "1")) == "1",
        metrics_token=environ.get("METRICS_TOKEN", ""),
    )


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 0 < int(text) < 65536:
        raise BadSetting(name, f"a port number from 1 to 65535, not {text!r}")
    return int(text)


def _address(text: str) -> str:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        raise BadSetting("ETABLI_BIND", f"an IP address of this machine, not {text!r}") from None
    return text


def _choice(environ: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    text = environ.get(name) or default
    if text not in choices:
        raise BadSetting(name, f"one of {', '.join(choices)}, not {text!r}")
    return text


def _key(environ: Mapping[str, str], name: str, secrets: Mapping[str, str], *, empty: bool = False) -> bytes:
    text = environ.get(name) or secrets[name]
    if len(text) < 16 and (text or not empty):
        raise BadSetting(name, "at least 16 characters")
    return text.encode()


def _hours(environ: Mapping[str, str], name: str, default: float, *, least: float) -> float:
    text = environ.get(name) or str(default)
    must_be = f"hours from {least:g} to {LONGEST_OFFLINE}, not {text!r}"
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", text) or not least <= float(text) <= LONGEST_OFFLINE:
        raise BadSetting(name, must_be)
    return float(text)


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise BadSetting("TIME_ZONE", f"a name such as Europe/Paris, not {name!r}") from None
    return name


def _hosts(text: str) -> list[str]:
    return [host.strip() for host in text.split(",") if host.strip()] or ["localhost", "127.0.0.1", "[::1]"]


def _database(url: str) -> dict[str, Any]:
    must_be = "a URL such as postgres://user:password@host:5432/name or sqlite:////path/db.sqlite3"
    try:
        if urlsplit(url).scheme not in {"postgres", "postgresql", "sqlite"}:
            raise ValueError
        found: dict[str, Any] = Env.db_url_config(url)
    except (ValueError, KeyError):
        raise BadSetting("DATABASE_URL", must_be) from None
    if found.get("NAME") in {None, "", ":memory:"}:  # several processes share it
        raise BadSetting("DATABASE_URL", must_be)
    return found


def _broker(url: str, embedded_port: int, secrets: Mapping[str, str]) -> Broker:
    if not url:
        return Broker("127.0.0.1", embedded_port, "bridge", secrets["BRIDGE_PASSWORD"], embedded=True)
    return broker_of(url)


def _authority(text: str) -> Path | None:
    if not text:
        return None
    path = Path(text).expanduser().resolve()
    try:
        ssl.create_default_context(cafile=path)
    except OSError:
        raise BadSetting("MQTT_CA_FILE", f"a file of PEM certificates, not {text!r}") from None
    return path


def broker_of(url: str) -> Broker:
    """The broker that a URL names.

    Raises:
        BadSetting: when it names none.
    """
    must_be = "a URL such as mqtt://user:password@host:1883 (or mqtts://)"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadSetting("MQTT_URL", must_be) from None
    if parts.scheme not in {"mqtt", "mqtts"} or not parts.hostname:
        raise BadSetting("MQTT_URL", must_be)
    tls = parts.scheme == "mqtts"
    return Broker(
        parts.hostname,
        port or (8883 if tls else 1883),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        tls,
    )


def _email(url: str) -> dict[str, Any]:
    if not url:
        return {"EMAIL_BACKEND": "lab.mail.Printed"}
    try:
        found: dict[str, Any] = Env.email_url_config(url)
    except (ValueError, KeyError, ImproperlyConfigured):
        raise BadSetting("EMAIL_URL", "a URL such as smtp://user:password@host:587") from None
    return found | {"EMAIL_TIMEOUT": EMAIL_TIMEOUT}


def _sender(text: str) -> str:
    name, address = parseaddr(text)
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", address) or not (name + address).isprintable():
        raise BadSetting("EMAIL_FROM", f"an address such as Établi <lab@example.org>, not {text!r}")
    return text


def _site(url: str) -> str:
    if url and not re.fullmatch(r"https?://[^/\s?#@]+(/[^\s?#]*)?", url):
        raise BadSetting("PUBLIC_URL", f"a URL such as https://lab.example.org, not {url!r}")
    return url.rstrip("/")
