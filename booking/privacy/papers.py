"""Everything that is kept about a member, for their own eyes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import ForeignKey, Model

from booking.privacy.fates import Relation, relations
from lab.lab_time import iso
from lab.models import Member

# What opens doors or accounts stays where it is, even for its owner.
SECRET = {
    "code", "digest", "fingerprint", "key", "nonce", "password", "pepper", "read_counter", "sealed",
}  # fmt: skip


def papers(member: Member, *, now: datetime) -> dict[str, Any]:
    """The account and every row about the member, JSON-ready; times with their offset."""
    own = {
        relation.label.rpartition(".")[0]: _rows(member, relation) for relation in relations() if relation.own
    }
    account = _told(member) | {"programmes": [str(one) for one in member.programmes.all()]}
    return {"made_at": iso(now), "account": account, **dict(sorted(own.items()))}


def counts(member: Member) -> dict[str, int]:
    """How many rows of each kind are about the member, by the kind's label, those that are there."""
    found = {
        relation.label: relation.model._base_manager.filter(**{relation.field.name: member}).count()
        for relation in relations()
        if relation.own
    }
    return {label: number for label, number in found.items() if number}


def _rows(member: Member, relation: Relation) -> list[dict[str, Any]]:
    keys = [field.name for field in relation.model._meta.concrete_fields if isinstance(field, ForeignKey)]
    rows = relation.model._base_manager.filter(**{relation.field.name: member}).select_related(*keys)
    return [_told(row, relation.field.name) for row in rows.order_by("pk")]


def _told(row: Model, without: str = "") -> dict[str, Any]:
    shown = [
        field for field in row._meta.concrete_fields if field.name not in SECRET and field.name != without
    ]
    return {field.name: _value(getattr(row, field.name)) for field in shown}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)
