"""Lists: filters, order, search, and pages by what comes after the last row seen.

A page begins after a row, not at a number: pages stay right while rows come and go, and the thousandth is as quick as
the first. Every order ends with the id, so that it is whole.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.core.exceptions import ValidationError as FieldError
from django.db.models import DateTimeField, DecimalField, Model, Q, QuerySet
from i18nfield.fields import I18nCharField, I18nTextField
from ninja.errors import ValidationError
from pydantic import BaseModel, Field, StringConstraints, create_model

from bookings.api.crud.fields import exposed, literal
from bookings.api.crud.resource import Resource
from bookings.api.values import NO_NUL
from bookings.services.resources.snapshot import field_of

PAGE = 50
LONGEST_PAGE = 200
_LONGEST_QUERY = 100
_FIRST_TOO_LARGE = 2**63


def query_type(resource: Resource[Any]) -> type[BaseModel]:
    """The parameters of the list."""
    model = resource.entity.model
    orders = literal(sign + name for name in resource.orders for sign in ("", "-"))
    fields: dict[str, Any] = {
        "limit": (int, Field(default=PAGE, ge=1, le=LONGEST_PAGE, description="Rows of a page")),
        "after": (
            Annotated[str, StringConstraints(max_length=500, pattern=r"^[A-Za-z0-9_=-]*$")] | None,
            Field(default=None, description="`next` of the page before, in the same order"),
        ),
        "order": (
            orders,
            Field(default=resource.orders[0], description="`-` turns it round; equal ones go by id"),
        ),
    }
    if resource.search:
        text = Annotated[str, StringConstraints(max_length=_LONGEST_QUERY, pattern=NO_NUL)]
        about = f"Looked for in {', '.join(resource.search)}"
        fields["q"] = (text | None, Field(default=None, description=about))
    for name in resource.filters:
        one = exposed(model, name, zoned=False)
        fields[name] = (one.write | None, Field(default=None, description=one.about))
    for name, (_lookup, kind) in resource.lookups.items():
        fields[name] = (kind | None, Field(default=None))
    for name in resource.ranges:
        one = exposed(model, name, zoned=False)
        fields[f"{name}_from"] = (one.write | None, Field(default=None, description=f"{one.about}, from"))
        fields[f"{name}_before"] = (
            one.write | None,
            Field(default=None, description=f"{one.about}, before (exclusive)"),
        )
    return create_model(f"{resource.title}Query", **fields)


def page_of(resource: Resource[Any], visible: QuerySet[Any], query: Any) -> dict[str, Any]:
    """The page as it is answered."""
    rows = _filtered(resource, visible, query)
    order: str = query.order
    name, backwards = order.removeprefix("-"), order.startswith("-")
    if query.after is not None:
        rows = rows.filter(_beyond(resource.entity.model, name, order, query.after, backwards=backwards))
    sign = "-" if backwards else ""
    ordered = resource.rows(rows).order_by(*dict.fromkeys((sign + name, sign + "pk")))
    found = list(ordered[: query.limit + 1])
    shown, more = found[: query.limit], len(found) > query.limit
    return {
        "items": [resource.told(row) for row in shown],
        "next": _cursor(order, shown[-1], name) if more else None,
    }


def _filtered(resource: Resource[Any], rows: QuerySet[Any], query: Any) -> QuerySet[Any]:
    wanted = {name: getattr(query, name) for name in resource.filters}
    wanted |= {lookup: getattr(query, name) for name, (lookup, _kind) in resource.lookups.items()}
    for name in resource.ranges:
        wanted |= {f"{name}__gte": getattr(query, f"{name}_from"), f"{name}__lt": getattr(query, f"{name}_before")}
    rows = rows.filter(**{lookup: value for lookup, value in wanted.items() if value is not None})
    if resource.search and query.q:
        rows = rows.filter(search(resource.entity.model, resource.search, query.q))
    return rows


def search(model: type[Model], attributes: Iterable[str], text: str) -> Q:
    """Rows with ``text`` in one of the ``attributes``.

    SQLite folds no case but that of Latin letters, so the usual spellings are looked for. Texts in several languages
    are stored as JSON, which writes other letters by their numbers.
    """
    found = Q()
    spellings = dict.fromkeys((text, text.lower(), text.upper(), text.capitalize(), text.title()))
    for attribute in attributes:
        is_json = isinstance(field_of(model, attribute), I18nCharField | I18nTextField)
        for spelling in spellings:
            found |= Q(**{f"{attribute}__icontains": json.dumps(spelling)[1:-1] if is_json else spelling})
    return found


def _cursor(order: str, row: Model, name: str) -> str:
    value = getattr(row, name)
    if isinstance(value, datetime | date):
        value = value.isoformat()
    elif isinstance(value, Decimal):
        value = str(value)
    told = json.dumps([order, value, row.pk], separators=(",", ":"))
    return urlsafe_b64encode(told.encode()).decode()


def _beyond(model: type[Model], name: str, order: str, cursor: str, *, backwards: bool) -> Q:
    """What comes after the row of the cursor. Raises ValidationError: it is none, or of another order."""
    try:
        value, pk = _position(model, name, order, cursor)
    except (ValueError, TypeError, OverflowError, RecursionError, FieldError):
        raise ValidationError(
            [{"loc": ("query", "after"), "msg": "Not a `next` of this list in this order", "type": "cursor"}]
        ) from None
    than = "lt" if backwards else "gt"
    # The first part says nothing new; it lets the database begin in the index.
    return Q(**{f"{name}__{than}e": value}) & (Q(**{f"{name}__{than}": value}) | Q(**{f"pk__{than}": pk}))


def _position(model: type[Model], name: str, order: str, cursor: str) -> tuple[Any, int]:
    """The value and the id that the cursor holds; raises whatever decoding what a stranger wrote may raise."""
    told, value, pk = json.loads(urlsafe_b64decode(cursor))
    field = field_of(model, name)
    value, pk = field.to_python(value), int(pk)
    numbers = [number for number in (value, pk) if isinstance(number, int)]
    fits = all(abs(number) < _FIRST_TOO_LARGE for number in numbers)
    if told != order or value is None or not fits or (isinstance(value, str) and not _is_storable(value)):
        raise ValueError(cursor)
    if isinstance(field, DecimalField):
        field.run_validators(value)
    if isinstance(field, DateTimeField) and not MINYEAR + 1 < value.astimezone(UTC).year < MAXYEAR:
        raise ValueError(cursor)
    return value, pk


def _is_storable(text: str) -> bool:
    """Whether a database takes it: neither knows halves of characters, and PostgreSQL no NUL."""
    return not any(character == "\x00" or "\ud800" <= character <= "\udfff" for character in text)
