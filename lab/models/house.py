"""What changes so rarely that every process may remember it: rows whose writes change one common mark."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.db import models, transaction

from lab.compiled import Compiled

LATELY = 1.0  # seconds for which what is not asked on every line may trust the mark that was read last
_heard: tuple[float, str | None] | None = None


class Revision(models.Model):
    """The mark of the house as it is; another one after every write to a `HouseFact`, in its transaction."""

    mark = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.mark

    @classmethod
    def now(cls) -> str | None:
        """The present mark; None before the first write."""
        global _heard
        found = MARK.rows()
        mark = found[0][0] if found else None
        _heard = (time.monotonic(), mark)
        return mark

    @classmethod
    def lately(cls) -> str | None:
        """The mark as this process read it within the last second: no query where `now` was just asked."""
        heard = _heard
        return heard[1] if heard and time.monotonic() - heard[0] < LATELY else cls.now()

    @classmethod
    def change(cls) -> None:
        global _heard
        _heard = None
        # Random, so that no rolled back or restored database ever shows a mark again with other facts.
        cls.objects.update_or_create(pk=1, defaults={"mark": uuid4().hex})


MARK = Compiled(lambda: Revision.objects.order_by().values_list("mark"))


class HouseQuerySet(models.QuerySet[Any]):
    """Writes of many rows change the mark as those of one do."""

    def update(self, **fields: Any) -> int:
        with transaction.atomic(using=self.db):
            Revision.change()
            return super().update(**fields)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        with transaction.atomic(using=self.db):
            Revision.change()
            return super().bulk_create(objs, *args, **options)

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic(using=self.db):
            Revision.change()
            return super().delete()

    update.alters_data = bulk_create.alters_data = delete.alters_data = True  # type: ignore[attr-defined]


class HouseFact(models.Model):
    """A row of the house: what can be booked, when it is open, by which rules."""

    objects = HouseQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            Revision.change()
            super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            Revision.change()
            return super().delete(*args, **options)
