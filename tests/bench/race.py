"""`race`: sixteen writers want the same hour, fifty times; beside one writer who is alone."""

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from tests.bench._lab import percentile, timed
from tests.servers_postgres import postgres_server
from tests.site import SiteClient, at_once, site

TOMORROW = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
MAKERS, ROUNDS, ALONE = 16, 50, 30


def run() -> Iterator[dict[str, Any]]:
    databases: dict[str, AbstractContextManager[str]] = {
        "sqlite": nullcontext(""),
        "postgresql": postgres_server(durable=True),
    }
    for name, database in databases.items():
        with database as url, site(url) as found:
            clients = [found.client(token) for token in found.do("tests.e2e.test_race:rows")]
            yield _measure(name, clients)


def _measure(database: str, clients: list[SiteClient]) -> dict[str, Any]:
    alone = timed(lambda nth: _try(clients[0], "cnc-1", nth, [], Counter()), range(ALONE))
    statuses: Counter[int] = Counter()
    winners: Counter[int] = Counter()
    times: list[float] = []
    for nth in range(ROUNDS):
        before = statuses[201]
        at_once([partial(_try, client, "laser-1", nth, times, statuses) for client in clients])
        winners[statuses[201] - before] += 1
    p95, limit = percentile(times, 0.95) * 1000, percentile(alone, 0.95) * 1000
    return {
        "name": f"race {database}",
        "value": round(p95, 1),
        "unit": "ms",
        "limit": round(limit, 1),
        "ratio": round(p95 / limit, 1),
        "detail": f"p95 of {MAKERS} writers × {ROUNDS} rounds, winners a round {dict(winners)},"
        f" statuses {dict(statuses)}; limit: p95 of one writer alone",
    }


def _try(client: SiteClient, slug: str, nth: int, times: list[float], statuses: Counter[int]) -> None:
    start = TOMORROW + timedelta(hours=nth)
    body = {
        "resources": [slug],
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=1)).isoformat(),
    }
    (took,) = timed(lambda _: statuses.update([client("POST", "bookings", body)[0]]), [0])
    times.append(took)
