"""What the environment says of the raw log: how many bytes and days of messages are kept as they came."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lab.config import BadSetting

DAYS, MEGABYTES = ("RAW_LOG_DAYS", 7), ("RAW_LOG_MB", 256)
LONGEST, LARGEST = 366, 100_000
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class RawLogTerms:
    """The ring ends at whichever comes first; without days or bytes there is none."""

    days: float
    most_bytes: int

    @property
    def on(self) -> bool:
        return self.days > 0 and self.most_bytes > 0


def load(environ: Mapping[str, str]) -> RawLogTerms:
    """Read the environment.

    Raises:
        BadSetting: for the first variable that can't be used.
    """
    days = _number(environ, *DAYS, most=LONGEST, what="days")
    return RawLogTerms(days, round(_number(environ, *MEGABYTES, most=LARGEST, what="megabytes") * MEGABYTE))


def _number(environ: Mapping[str, str], name: str, default: int, *, most: int, what: str) -> float:
    text = environ.get(name) or str(default)
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text) or float(text) > most:
        raise BadSetting(name, f"{what} from 0 (no raw log) to {most}, not {text!r}")
    return float(text)
