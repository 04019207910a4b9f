"""`week`: the planning of 50 resources × 7 days as JSON and as a page, beside the bare statement."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tests.bench._crowded import WEEK, Reader, line, measured, monday, p50
from tests.site import Site


def run() -> Iterator[dict[str, Any]]:
    return measured(_measure)


def _measure(found: Site, client: Reader, database: str, size: int) -> Iterator[dict[str, Any]]:
    bare = found.do("tests.bench._crowd:bare_week")
    told = {"bookings": 0}

    def read(nth: int) -> None:
        start = monday() + timedelta(days=nth % 3)
        query = f"from={start:%Y-%m-%dT%H:%M:%SZ}&to={start + WEEK:%Y-%m-%dT%H:%M:%SZ}"
        status, answer = client("GET", f"planning?{query}")
        assert status == 200
        told["bookings"] = sum(len(item["bookings"]) for item in answer["items"])

    json = p50(read)
    detail = f"{told['bookings']} bookings on 50 resources out of {size:,}; limit: the bare statement"
    yield line(f"week json {database} {size:,}", json, bare, f"{detail}; with reading it as JSON")
    page = client.page("/planning/week/")
    assert page.count("<rect") > told["bookings"] // 2
    yield line(
        f"week page {database} {size:,}", p50(lambda nth: client.page("/planning/week/")), bare, detail
    )
