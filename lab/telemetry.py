"""What the environment says of the past of devices: for how long it is kept, and where else it goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from lab.config import BadSetting

LONGEST = 36_600  # days
RAW, MINUTE, HOUR = ("TELEMETRY_RAW_DAYS", 30), ("TELEMETRY_MINUTE_DAYS", 366), ("TELEMETRY_HOUR_DAYS", 0)


@dataclass(frozen=True, slots=True)
class Influx:
    """A server that takes `/api/v2/write` and answers InfluxQL; its database is named like the bucket."""

    url: str
    bucket: str
    org: str = ""
    token: str = ""

    def __repr__(self) -> str:
        return f"Influx({self.url}, {self.bucket})"


@dataclass(frozen=True, slots=True)
class Past:
    """Days that readings, minutes and hours are kept, 0 for ever; `influx` is None for the embedded store."""

    raw_days: float
    minute_days: float
    hour_days: float
    influx: Influx | None = None


def load(environ: Mapping[str, str]) -> Past:
    """Read the environment.

    Raises:
        BadSetting: for the first variable that can't be used.
    """
    return Past(_days(environ, *RAW), _days(environ, *MINUTE), _days(environ, *HOUR), _influx(environ))


def _days(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name) or str(default)
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", text) or float(text) > LONGEST:
        raise BadSetting(name, f"days from 0 (for ever) to {LONGEST}, not {text!r}")
    return float(text)


def _influx(environ: Mapping[str, str]) -> Influx | None:
    url = environ.get("INFLUX_URL") or ""
    given = {name: environ.get(f"INFLUX_{name}") or "" for name in ("BUCKET", "ORG", "TOKEN")}
    if not url:
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if usable and (parts.username or parts.password):
        raise BadSetting("INFLUX_URL", "an address without name and password: INFLUX_TOKEN says who we are")
    if not usable or parts.query or parts.fragment:
        raise BadSetting("INFLUX_URL", f"a URL such as http://influx.example.org:8086, not {url!r}")
    if not given["BUCKET"] or not given["BUCKET"].isprintable():
        raise BadSetting("INFLUX_BUCKET", "the name of a bucket when INFLUX_URL is set")
    for name in ("ORG", "TOKEN"):
        if not given[name].isprintable() or (name == "TOKEN" and not given[name].isascii()):
            raise BadSetting(f"INFLUX_{name}", "one line of letters and digits")
    return Influx(url.rstrip("/"), given["BUCKET"], given["ORG"], given["TOKEN"])
