"""Lists of the API: `{"items": […], "next": url | null}`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

MOST = 500
FURTHEST = 10**9  # databases count rows, not all numbers
USUAL = 100


class Slice(Schema):
    """Which part of a list is asked for, 500 rows at most."""

    limit: int = Field(USUAL, ge=1)
    offset: int = Field(0, ge=0)


def page(
    request: HttpRequest, rows: QuerySet[Any], part: Slice, show: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    """One page of a query, with the address of the next."""
    limit, offset = min(part.limit, MOST), min(part.offset, FURTHEST)
    found = list(rows[offset : offset + limit + 1])
    more = len(found) > limit
    return {
        "items": [show(row) for row in found[:limit]],
        "next": address(request, limit=limit, offset=offset + limit) if more else None,
    }


def whole(items: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """A list that always fits one page."""
    return {"items": list(items), "next": None}


def address(request: HttpRequest, **changed: Any) -> str:
    """The same call with other query parameters."""
    query = request.GET.copy()
    for name, value in changed.items():
        query[name] = str(value)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
