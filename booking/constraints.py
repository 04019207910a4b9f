"""`NoOverlap`: no two rows of a group share time, kept by the database itself.

PostgreSQL has exclusion constraints. SQLite gets two triggers; they are handed to the schema editor as
deferred statements about the table, so they follow it through the remakes that later migrations cause.
"""

from __future__ import annotations

import re
from typing import Any, cast

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint, F, Field, Func, Model, Q, Value
from django.db.models.sql import Query

# Rows that stand never overlap, so of those that start before the new one ends only the last can still run.
TRIGGER = """CREATE TRIGGER %(name)s BEFORE %(event)s ON %(table)s FOR EACH ROW WHEN %(new_stands)s
BEGIN SELECT RAISE(ABORT, '%(constraint)s') WHERE NEW.%(start)s < (
SELECT %(end)s FROM %(table)s WHERE %(group)s = NEW.%(group)s AND %(stands)s AND %(start)s < NEW.%(end)s
AND %(pk)s IS NOT %(itself)s ORDER BY %(start)s DESC LIMIT 1); END"""
# Touches every row, so that those which were there before the triggers are held to it as well.
RECHECK = "UPDATE %(table)s SET %(start)s = %(start)s"


class TsTzRange(Func):
    """`[start, end)` as PostgreSQL's range type."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class NoOverlap(BaseConstraint):
    """Half-open spans `[start, end)` of one group never overlap, among the rows that match `when`."""

    def __init__(self, group: str, *, start: str, end: str, when: Q, name: str) -> None:
        super().__init__(name=name)
        self.group, self.start, self.end, self.when = group, start, end, when

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path = f"{type(self).__module__}.{type(self).__name__}"
        named = {"start": self.start, "end": self.end, "when": self.when, "name": self.name}
        return path, (self.group,), named

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NoOverlap) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)

    def constraint_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> Any:
        assert model is not None
        assert schema_editor is not None
        if schema_editor.connection.vendor == "postgresql":
            return self._exclusion().constraint_sql(model, schema_editor)
        schema_editor.deferred_sql.extend(self._triggers(model, schema_editor))
        return None

    def create_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        # SQLite never asks for this: it remakes the table, and so comes by `constraint_sql`.
        return self._exclusion().create_sql(model, schema_editor)

    def remove_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        return self._exclusion().remove_sql(model, schema_editor)

    def validate(
        self, model: type[Model], instance: Model, exclude: Any = None, using: str = DEFAULT_DB_ALIAS
    ) -> None:
        if exclude and {self.group, self.start, self.end} & set(exclude):
            return
        group, start, end = (getattr(instance, field.attname) for field in self._fields(model))
        values = {f.name: Value(getattr(instance, f.attname)) for f in model._meta.concrete_fields}
        rivals = model._default_manager.using(using).filter(
            self.when, **{self.group: group, f"{self.start}__lt": end, f"{self.end}__gt": start}
        )
        if self.when.check(values, using) and rivals.exclude(pk=instance.pk).exists():
            raise ValidationError(self.get_violation_error_message(), code="overlap")

    def _fields(self, model: type[Model]) -> list[Field[Any, Any]]:
        names = (self.group, self.start, self.end)
        return [cast("Field[Any, Any]", model._meta.get_field(name)) for name in names]

    def _exclusion(self) -> ExclusionConstraint:
        return ExclusionConstraint(
            name=self.name,
            expressions=[
                (TsTzRange(F(self.start), F(self.end)), RangeOperators.OVERLAPS),
                (F(self.group), RangeOperators.EQUAL),
            ],
            condition=self.when,
        )

    def _triggers(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> list[Statement]:
        quote = editor.quote_name
        group, start, end = (quote(_column(field)) for field in self._fields(model))
        pk, stands = quote(_column(model._meta.pk)), self._condition_sql(model, editor)
        table = model._meta.db_table
        triggers = [
            Statement(
                TRIGGER,
                table=Table(table, quote),
                name=quote(f"{self.name}_{event.lower()}"),
                event=event,
                constraint=self.name,
                group=group,
                start=start,
                end=end,
                pk=pk,
                itself=itself,
                stands=stands,
                new_stands=re.sub(r'("\w+")', r"NEW.\1", stands),
            )
            for event, itself in (("INSERT", "NULL"), ("UPDATE", f"NEW.{pk}"))
        ]
        return [*triggers, Statement(RECHECK, table=Table(table, quote), start=start)]

    def _condition_sql(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> str:
        query = Query(model, alias_cols=False)
        compiler = query.get_compiler(connection=editor.connection)
        sql, params = query.build_where(self.when).as_sql(compiler, editor.connection)
        return str(sql) % tuple(editor.quote_value(value) for value in params)


def _column(field: Field[Any, Any] | None) -> str:
    assert field is not None
    assert field.column is not None  # only fields without a column, such as many-to-many, have none
    return field.column
