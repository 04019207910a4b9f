"""`/healthz`: does everything answer that the site can't do without?"""

from __future__ import annotations

import sqlite3

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from lab import bus

BROKER_PATIENCE = 1.0


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when database, broker and telemetry store answer; else 503, naming what doesn't."""
    checks = {"database": _database(), "broker": _broker(), "telemetry": _telemetry()}
    ok = all(state == "ok" for state in checks.values())
    return JsonResponse(
        {"status": "ok" if ok else "unavailable", "checks": checks}, status=200 if ok else 503
    )


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return type(error).__name__
    return "ok"


def _broker() -> str:
    try:
        bus.knock(patience=BROKER_PATIENCE)
    except OSError as error:
        return type(error).__name__
    return "ok"


def _telemetry() -> str:
    path = settings.CONFIG.state / "telemetry.sqlite3"
    try:
        store = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1)
        try:
            store.execute("SELECT 1 FROM reading LIMIT 1")
        finally:
            store.close()
    except sqlite3.Error as error:
        return str(error)
    return "ok"
