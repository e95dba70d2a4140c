"""What most tests begin with, put together once and from then on written down as it was: that takes a tenth of the time."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model
from django.db.models.sql import InsertQuery

from booking_site.lib import clock
from bookings.models import (
    Location,
    Service,
    ServiceCategory,
    Specialist,
    SpecialistService,
    User,
    WorkingHours,
)
from bookings.slots.cache import invalidate_many

T = TypeVar("T")

#: Of which it may have rows, those first that others point to.
MODELS: tuple[type[Model], ...] = (
    User, Location, ServiceCategory, Service, Specialist, SpecialistService, Specialist.locations.through, WorkingHours,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Kept:
    objects: bytes
    statements: list[tuple[str, Any]]


class Keepsake(Generic[T]):
    """Of what ``make`` makes at the same instant by the test's clock."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._kept: dict[datetime, _Kept] = {}

    def get(self) -> T:
        """The objects, and their rows in the database. Outside of a transaction they are made anew: there more follows."""
        if not connection.in_atomic_block:
            return self._make()
        kept = self._kept.get(clock.now())
        if kept is None:
            before = {model: set(model._base_manager.values_list("pk", flat=True)) for model in MODELS}
            made = self._make()
            self._kept[clock.now()] = _Kept(pickle.dumps(made), _insertions(before))
            return made
        with connection.cursor() as cursor:
            for statement, values in kept.statements:
                cursor.execute(statement, values)
        invalidate_many(set(Location.objects.values_list("pk", flat=True)))
        objects: T = pickle.loads(kept.objects)  # noqa: S301 - our own, of a moment ago
        return objects


def _insertions(before: dict[type[Model], set[Any]]) -> list[tuple[str, Any]]:
    """What writes all rows again that were not there ``before``."""
    statements: list[tuple[str, Any]] = []
    for model, known in before.items():
        rows = [row for row in model._base_manager.order_by("pk") if row.pk not in known]
        if rows:
            query = InsertQuery(model)
            query.insert_values(model._meta.concrete_fields, rows, raw=True)
            statements += query.get_compiler(connection=connection).as_sql()
    return statements
