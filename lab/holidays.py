"""Public holidays of a country or one of its parts, by the `holidays` package."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from functools import lru_cache

import holidays

NONE: frozenset[date] = frozenset()


@lru_cache(maxsize=32)
def public_holidays(where: str) -> Container[date]:
    """The days of `FR`, or of `FR-57` with what Moselle adds; none for an empty or unknown place.

    The years are worked out as they are asked for.
    """
    country, _, part = where.partition("-")
    if not country:
        return NONE
    try:
        return holidays.country_holidays(country, subdiv=part or None)
    except NotImplementedError:
        return NONE
