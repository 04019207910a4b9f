"""Queries that are compiled once.

Django compiles a query anew each time it is asked, which takes several times longer than the database needs
for a small answer. What every booking and every tap asks is worth remembering.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection, models
from django.db.models import QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler


class Given(Value):
    """A value that is named when the query is asked: `filter(member=Given("member", BigAutoField()))`.

    What can't be null has to be given; a list can't be.
    """

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)


def key(name: str) -> Given:
    """A row's key that is given."""
    return Given(name, models.BigAutoField())


def text(name: str) -> Given:
    return Given(name, models.TextField())


def moment(name: str) -> Given:
    return Given(name, models.DateTimeField())


class Compiled:
    """A query of values; `build` makes it once, with `Given` for what changes from one time to the next."""

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._ready: dict[str, tuple[SQLCompiler, str, tuple[Any, ...]]] = {}

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """What `values_list()` would have given."""
        compiler, sql, params = self._ready.get(connection.vendor) or self._compile()
        with connection.cursor() as cursor:
            cursor.execute(sql, [_value(one, given) for one in params])
            found = cursor.fetchall()
        return [tuple(row) for row in compiler.results_iter([found])]

    def _compile(self) -> tuple[SQLCompiler, str, tuple[Any, ...]]:
        compiler = self._build().query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        ready = self._ready[connection.vendor] = (compiler, sql, tuple(params))
        return ready


def _value(param: Any, given: dict[str, Any]) -> Any:
    if not isinstance(param, Given):
        return param
    return param.output_field.get_db_prep_value(given[param.value], connection)
