"""Reading rows by the declarations they are written by, for faces that know no model."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.db.models import Model
from i18nfield.strings import LazyI18nString

from bookings.actor import Actor
from bookings.exceptions import NotFound
from bookings.services.resources.entity import Entity
from bookings.services.resources.refusals import RowChanged
from bookings.services.resources.snapshot import comparable, field_of, values_of

#: Letters of a mark. It tells two states of a row apart for people, it keeps no secret.
_MARK = 6


@dataclass(frozen=True, slots=True)
class Row:
    """``values`` by attribute, relations of many as lists of ids. ``entity`` as entries of the audit name it."""

    id: int
    entity: str
    values: Mapping[str, Any]

    @property
    def is_active(self) -> bool:
        return bool(self.values.get("is_active", True))

    def mark(self, attributes: Collection[str] = ()) -> str:
        """Changes when one of the ``attributes`` does (of all, where none is named)."""
        return mark_of(self.values, attributes)


@dataclass(frozen=True, slots=True)
class RowPage:
    """``total``: of all pages."""

    rows: tuple[Row, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the model says of a value; ``None`` for no bound. ``longest``: characters."""

    low: Any = None
    high: Any = None
    longest: int | None = None


def get_row(*, actor: Actor, entity: Entity[Any], row_id: int) -> Row:
    """Raises NotFound, also for a row that the actor may not know of; NotAllowed."""
    row = entity.visible(actor).filter(pk=row_id).first()
    if row is None:
        raise NotFound(f"There is no {entity.name} with this id")
    return _row(entity, row)


def list_rows(
    *,
    actor: Actor,
    entity: Entity[Any],
    where: Mapping[str, Any],
    order: Sequence[str] = (),
    limit: int,
    offset: int = 0,
) -> RowPage:
    """Rows for which ``where`` (lookups and values) holds, archived ones last where rows are archived at all.

    ``order`` is of attributes; without it the model's own. Raises NotAllowed.
    """
    found = entity.visible(actor).filter(**where)
    first = ("-is_active",) if entity.can_be_archived else ()
    wanted = (*first, *(order or entity.model._meta.ordering or ()), "pk")  # noqa: SLF001 - Django's documented name
    rows = found.order_by(*wanted)[offset : offset + limit]
    return RowPage(tuple(_row(entity, row) for row in rows), found.count())


def facts_of(
    *, actor: Actor, entity: Entity[Any], attributes: Collection[str], limit: int = 500
) -> dict[int, dict[str, Any]]:
    """These attributes of all rows by id, and ``is_active`` where rows are archived, in the order of ``list_rows``.

    Raises NotAllowed.
    """
    first = ("-is_active",) if entity.can_be_archived else ()
    wanted = ("pk", *attributes, *(("is_active",) if entity.can_be_archived else ()))
    ordered = entity.visible(actor).order_by(*first, *(entity.model._meta.ordering or ()), "pk")  # noqa: SLF001 - Django's documented name
    return {row.pop("pk"): row for row in ordered.values(*dict.fromkeys(wanted))[:limit]}


def bounds_of(entity: Entity[Any], attribute: str) -> Bounds:
    """The limits that the model's validators set."""
    field: Any = field_of(entity.model, attribute)
    ours = [one for one in getattr(field, "_validators", ()) if isinstance(one, BaseValidator)]
    lows = [one.limit_value for one in ours if isinstance(one, MinValueValidator)]
    highs = [one.limit_value for one in ours if isinstance(one, MaxValueValidator)]
    return Bounds(max(lows, default=None), min(highs, default=None), getattr(field, "max_length", None))


def unchanged(mark: str, attributes: Collection[str] = ()) -> Callable[[Model], None]:
    """For ``expect`` of the services that write: the row still has the ``mark`` it had when it was read.

    What it returns raises RowChanged.
    """

    def expect(row: Model) -> None:
        if mark_of(values_of(row), attributes) != mark:
            raise RowChanged("It has changed since it was read")

    return expect


def mark_of(values: Mapping[str, Any], attributes: Collection[str] = ()) -> str:
    told = {name: _told(value) for name, value in values.items() if not attributes or name in attributes}
    return hashlib.sha256(repr(sorted(told.items())).encode()).hexdigest()[:_MARK]


def _told(value: Any) -> str:
    """The same for a text in several languages whichever way it is held."""
    plain = comparable(value)
    return repr(sorted(plain.items())) if isinstance(plain, dict) else str(plain)


def _row(entity: Entity[Any], row: Model) -> Row:
    values = values_of(row)
    return Row(int(row.pk), entity.name, {name: _i18n(row, name, value) for name, value in values.items()})


def _i18n(row: Model, name: str, value: Any) -> Any:
    """``values_of`` makes texts comparable; readers want them as they are."""
    stored = getattr(row, name, None)
    return LazyI18nString(dict(value)) if isinstance(stored, LazyI18nString) and isinstance(value, dict) else value
