"""Reads of a planning that holds ten thousand and then a million bookings, over HTTP, on both databases."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.bench._lab import percentile, timed
from tests.servers_postgres import postgres_server
from tests.site import Site, SiteClient, site

SIZES = (10_000, 1_000_000)
TIMES = 40
WEEK = timedelta(days=7)


class Reader(SiteClient):
    """A member's program that may look at pages too."""

    def __init__(self, port: int, token: str, session: str) -> None:
        super().__init__(port, token)
        self.cookie = {"Cookie": f"sessionid={session}"}

    def page(self, path: str) -> str:
        self.connection.request("GET", path, headers=self.cookie)
        answer = self.connection.getresponse()
        told = answer.read().decode()
        assert answer.status == 200, told
        return told


Measure = Callable[[Site, Reader, str, int], Iterator[dict[str, Any]]]


def measured(measure: Measure) -> Iterator[dict[str, Any]]:
    """What `measure` finds with each size on each database."""
    for size in SIZES:
        databases: dict[str, AbstractContextManager[str]] = {
            "sqlite": nullcontext(""),
            "postgresql": postgres_server(),
        }
        for name, database in databases.items():
            with database as url, site(url) as found:
                token, session = found.do("tests.bench._crowd:crowd", size)
                yield from measure(found, Reader(found.port, token, session), name, size)


def p50(act: Callable[[int], Any]) -> float:
    """Milliseconds, once warm."""
    act(-1), act(-2)
    return percentile(timed(act, range(TIMES)), 0.5) * 1000


def monday() -> datetime:
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday())


def line(name: str, value: float, limit: float, detail: str) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value, 2),
        "unit": "ms",
        "limit": round(limit, 2),
        "ratio": round(value / limit, 1),
        "detail": detail,
    }
