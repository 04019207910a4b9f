"""`free`: the next free span of two hours on each of 50 resources, beside the bare statement of a week."""

from collections.abc import Iterator
from typing import Any

from tests.bench._crowded import Reader, line, measured, p50
from tests.site import Site


def run() -> Iterator[dict[str, Any]]:
    return measured(_measure)


def _measure(found: Site, client: Reader, database: str, size: int) -> Iterator[dict[str, Any]]:
    bare = found.do("tests.bench._crowd:bare_week")
    told = {"items": 0}

    def ask(_nth: int) -> None:
        status, answer = client("GET", "availability?kind=printer&minutes=60")
        assert status == 200
        told["items"] = len(answer["items"])

    value = p50(ask)
    detail = f"an hour on {told['items']} resources out of {size:,} bookings; limit: the bare statement"
    yield line(f"free {database} {size:,}", value, bare, detail)
