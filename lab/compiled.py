"""Queries that are compiled once.

Django compiles a query anew each time it is asked, which takes several times longer than the database needs
for a small answer. What every booking and every tap asks is worth remembering.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db import connection, models
from django.db.models import QuerySet, Value
from django.db.models.query import get_related_populators
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


class _Ready(NamedTuple):
    """A statement with its parameters, and what makes values or instances of its rows."""

    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]
    populators: list[Any]


class Compiled:
    """A query; `build` makes it once, with `Given` for what changes from one time to the next."""

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._ready: dict[str, _Ready] = {}

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """What the `values_list()` of the query would have given."""
        return [tuple(row) for row in self._asked(self._prepared(), given)]

    def objects(self, **given: Any) -> list[Any]:
        """What a query of instances would have given, with those of `select_related()`."""
        ready = self._prepared()
        info = ready.compiler.klass_info
        first, last = info["select_fields"][0], info["select_fields"][-1] + 1
        names = [select[0].target.attname for select in ready.compiler.select[first:last]]
        found = []
        for row in self._asked(ready, given):
            found.append(info["model"].from_db(connection.alias, names, row[first:last]))
            for populator in ready.populators:
                populator.populate(row, found[-1])
        return found

    def first(self, **given: Any) -> Any:
        """The first instance, or None."""
        return next(iter(self.objects(**given)), None)

    def _asked(self, ready: _Ready, given: dict[str, Any]) -> Iterable[Any]:
        with connection.cursor() as cursor:
            cursor.execute(ready.sql, [_value(one, given) for one in ready.params])
            found = cursor.fetchall()
        asked: Iterable[Any] = ready.compiler.results_iter([found])
        return asked

    def _prepared(self) -> _Ready:
        ready = self._ready.get(connection.vendor)
        if ready is None:
            compiler = self._build().query.get_compiler(connection=connection)
            sql, params = compiler.as_sql()
            populators = _populators(compiler)
            ready = self._ready[connection.vendor] = _Ready(compiler, sql, tuple(params), populators)
        return ready


def _value(param: Any, given: dict[str, Any]) -> Any:
    if not isinstance(param, Given):
        return param
    return param.output_field.get_db_prep_value(given[param.value], connection)


def _populators(compiler: SQLCompiler) -> list[Any]:
    """What makes the instances of `select_related()` out of a row."""
    info = compiler.klass_info
    if not info:
        return []
    return list(get_related_populators(info, compiler.select, connection.alias))  # type: ignore[call-arg]
