"""`book`: bookings through HTTP, alone and from eight clients, beside the bare INSERT of the same rows."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import psutil

from tests.bench._lab import percentile, timed
from tests.servers import mosquitto_server
from tests.servers_postgres import postgres_server
from tests.site import Site, at_once, site

CLIENTS = 8
ALONE, TOGETHER, WARM = 150, 60, 10
HALF_HOUR = timedelta(minutes=30)
TOMORROW = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def run() -> Iterator[dict[str, Any]]:
    databases: dict[str, AbstractContextManager[str]] = {
        "sqlite": nullcontext(""),
        "postgresql": postgres_server(durable=True),
    }
    with mosquitto_server(accounts={"bridge": "bridge"}) as broker:
        for name, database in databases.items():
            with database as url, site(url, mqtt_url=broker.url("bridge", "bridge")) as found:
                yield from _measure(name, found)


def _measure(database: str, found: Site) -> Iterator[dict[str, Any]]:
    tokens = found.do("tests.bench._rows:rows", CLIENTS)
    bare_p50, bare_rate = found.do("tests.bench._rows:bare", ALONE, TOGETHER)
    clients = [found.client(token) for token in tokens]
    timed(partial(_book, clients[0], "laser-0"), range(WARM))
    alone = timed(partial(_book, clients[0], "laser-0"), range(WARM, WARM + ALONE))
    p50, p95 = percentile(alone, 0.5) * 1000, percentile(alone, 0.95) * 1000
    yield {
        "name": f"book p50 {database}",
        "value": round(p50, 2),
        "unit": "ms",
        "limit": round(bare_p50, 2),
        "ratio": round(p50 / bare_p50, 1),
        "detail": f"one client, {ALONE} bookings; p95 {p95:.1f} ms; limit: the bare INSERT of the same rows",
    }
    web = psutil.Process(found.pid)
    used, began = sum(web.cpu_times()[:2]), time.perf_counter()
    at_once([partial(_many, client, f"laser-{n}") for n, client in enumerate(clients)])
    rate = CLIENTS * TOGETHER / (time.perf_counter() - began)
    cpu = (sum(web.cpu_times()[:2]) - used) / CLIENTS / TOGETHER * 1000
    yield {
        "name": f"book rate {database}",
        "value": round(rate, 1),
        "unit": "bookings/s",
        "limit": round(bare_rate, 1),
        "ratio": round(rate / bare_rate, 3),
        "detail": f"{CLIENTS} clients, one web process, {cpu:.1f} ms of its CPU each;"
        " limit: as many connections with the bare INSERT",
    }


def _many(client: Callable[..., tuple[int, Any]], slug: str) -> None:
    for slot in range(1000, 1000 + TOGETHER):
        _book(client, slug, slot)


def _book(client: Callable[..., tuple[int, Any]], slug: str, slot: int) -> None:
    start = TOMORROW + slot * HALF_HOUR
    body = {"resources": [slug], "starts_at": start.isoformat(), "ends_at": (start + HALF_HOUR).isoformat()}
    status, told = client("POST", "bookings", body)
    if status != 201:
        raise AssertionError(f"{status}: {told}")
