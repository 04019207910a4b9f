"""`series`: 52 weekly occurrences checked and booked through HTTP, beside the bare INSERTs of these rows."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from tests.bench._lab import percentile, timed
from tests.servers import mosquitto_server
from tests.servers_postgres import postgres_server
from tests.site import Site, site

WEEKS, ROUNDS, WARM = 52, 18, 3
GOAL = 300  # ms
HOUR = timedelta(hours=1)
TOMORROW = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def run() -> Iterator[dict[str, Any]]:
    databases: dict[str, AbstractContextManager[str]] = {
        "sqlite": nullcontext(""),
        "postgresql": postgres_server(durable=True),
    }
    with mosquitto_server(accounts={"bridge": "bridge"}) as broker:
        for name, database in databases.items():
            with database as url, site(url, mqtt_url=broker.url("bridge", "bridge")) as found:
                yield _measure(name, found)


def _measure(database: str, found: Site) -> dict[str, Any]:
    client = found.client(found.do("tests.bench._repeated:rows"))
    limit = found.do("tests.bench._repeated:bare", WEEKS, ROUNDS)
    timed(partial(_book, client), range(WARM))
    times = timed(partial(_book, client), range(WARM, WARM + ROUNDS))
    p50, p95 = percentile(times, 0.5) * 1000, percentile(times, 0.95) * 1000
    return {
        "name": f"series {database}",
        "value": round(p50, 1),
        "unit": "ms",
        "limit": round(limit, 1),
        "ratio": round(p50 / limit, 1),
        "detail": f"{WEEKS} weekly occurrences checked and booked, p50 of {ROUNDS} through HTTP;"
        f" p95 {p95:.0f} ms; goal {GOAL} ms; limit: the bare INSERTs of the same rows",
    }


def _book(client: Callable[..., tuple[int, Any]], slot: int) -> None:
    start = TOMORROW + slot * HOUR
    body = {
        "resources": ["laser-1"],
        "starts_at": start.isoformat(),
        "ends_at": (start + HOUR).isoformat(),
        "repeat": f"FREQ=WEEKLY;COUNT={WEEKS}",
    }
    status, told = client("POST", "bookings", body)
    if status != 201 or len(told["series"]["bookings"]) != WEEKS:
        raise AssertionError(f"{status}: {told}")
