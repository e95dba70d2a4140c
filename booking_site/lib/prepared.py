"""Queries and inserts whose SQL Django writes once and for all.

For a month of slots, writing the three queries of a warm search anew took longer than SQLite needed to run them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeAlias, TypeVar

from django.db import connection, transaction
from django.db.models import Model, QuerySet, signals
from django.db.models.sql import InsertQuery

Argument: TypeAlias = int | str | date | datetime | Sequence[int]
Row = TypeVar("Row", bound=Model)

#: Stand-ins for the arguments while the SQL is written: values no query would hold by itself.
_FIRST_NUMBER = -(10**15)
_FIRST_INSTANT = datetime(1753, 1, 1, tzinfo=UTC)
_FIRST_DATE = date(1753, 1, 1)


class Prepared:
    """``build(**arguments)`` makes the queryset; it must use each argument as it is, and only in conditions.

    Rows come back as the database gives them: without Django's conversions. SQL is written once for each database
    and each length of the sequences among the arguments.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._written: dict[tuple[object, ...], _Written] = {}

    def rows(self, **arguments: Argument) -> list[tuple[Any, ...]]:
        """Run the query. Sequences must not be empty and must not repeat a value."""
        return self._run(arguments)[1]

    def _run(self, arguments: dict[str, Argument]) -> "tuple[_Written, list[tuple[Any, ...]]]":
        given = {name: _flat(value) for name, value in arguments.items()}
        shape = (connection.vendor, *(len(values) for values in given.values()))
        if shape not in self._written:
            self._written[shape] = self._write(arguments)
        written = self._written[shape]
        parameters: list[Any] = [
            given[place.name][place.at] if isinstance(place, _Place) else place for place in written.places
        ]
        with connection.cursor() as cursor:
            cursor.execute(written.sql, parameters)
            return written, cursor.fetchall()

    def _write(self, arguments: dict[str, Argument]) -> "_Written":
        stand_ins: dict[str, Argument] = {}
        places: dict[object, _Place] = {}
        for name, value in arguments.items():
            single = isinstance(value, int | str | date)
            members = [_stand_in(value, len(places) + n) for n in range(1 if single else len(value))]  # type: ignore[arg-type]
            stand_ins[name] = members[0] if single else members  # type: ignore[assignment]
            places |= {_flat(member)[0]: _Place(name, n) for n, member in enumerate(members)}
        compiler: Any = self._build(**stand_ins).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        return _Written(sql, [places.get(parameter, parameter) for parameter in parameters], compiler)


class PreparedObjects(Prepared, Generic[Row]):
    """The same for instances of a model: their columns come converted, as ever, and no related ones with them."""

    def __init__(self, build: Callable[..., QuerySet[Row]]) -> None:
        super().__init__(build)

    def all(self, **arguments: Argument) -> list[Row]:
        """Run the query, as ``rows``."""
        written, rows = self._run(arguments)
        return [written.model.from_db(connection.alias, written.names, row) for row in written.converted(rows)]

    def first(self, **arguments: Argument) -> Row | None:
        """The first of ``all``; a query that may find many is limited where it is built."""
        return next(iter(self.all(**arguments)), None)


class PreparedInsert(Generic[Row]):
    """Writes new rows of a model one by one, as ``save`` does, with values that are no expressions."""

    def __init__(self, model: type[Row]) -> None:
        self._model = model
        self._sql: dict[str, str] = {}

    def write(self, row: Row) -> Row:
        """Insert ``row``, which gets its key. What the database refuses is raised as ``save`` raises it."""
        if any(signal.has_listeners(self._model) for signal in (signals.pre_save, signals.post_save)):
            row.save(force_insert=True)
            return row
        fields = [field for field in self._model._meta.local_concrete_fields if not field.primary_key]  # noqa: SLF001 - Django's documented name
        if connection.vendor not in self._sql:
            self._sql[connection.vendor] = self._write(fields, row)
        values = [field.get_db_prep_save(field.pre_save(row, add=True), connection=connection) for field in fields]
        with transaction.mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
            cursor.execute(self._sql[connection.vendor], values)
            (row.pk,) = cursor.fetchone()
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - Django's documented name
        return row

    def _write(self, fields: Sequence[Any], row: Row) -> str:
        query = InsertQuery(self._model)
        query.insert_values(fields, [row])
        compiler: Any = query.get_compiler(connection=connection)
        compiler.returning_fields = [self._model._meta.pk]  # noqa: SLF001 - Django's documented name
        ((sql, _values),) = compiler.as_sql()
        return str(sql)


@dataclass(frozen=True, slots=True)
class _Place:
    """Which argument, and which of its members, belongs at a place among the parameters."""

    name: str
    at: int


class _Written:
    """A query's SQL, what goes into it, and how its rows are read."""

    def __init__(self, sql: str, places: list[Any], compiler: Any) -> None:
        self.sql = sql
        self.places = places
        self.model: Any = compiler.query.model
        columns = [column for column, _sql, _alias in compiler.select]
        self.names = [column.target.attname for column in columns if hasattr(column, "target")]
        self._conversions = [
            (at, convert, column)
            for at, (conversions, column) in compiler.get_converters(columns).items()
            for convert in conversions
        ]

    def converted(self, rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
        found = [list(row) for row in rows]
        for row in found:
            for at, convert, column in self._conversions:
                row[at] = convert(row[at], column, connection)
        return found


def _flat(value: Argument) -> Sequence[object]:
    if isinstance(value, datetime):
        return (connection.ops.adapt_datetimefield_value(value),)
    if isinstance(value, date):
        return (connection.ops.adapt_datefield_value(value),)
    return (value,) if isinstance(value, int | str) else value


def _stand_in(value: Argument, number: int) -> int | str | date | datetime:
    """Another one for each ``number``, of the kind of ``value`` (of its members, where it is a sequence)."""
    match value:
        case datetime():
            return _FIRST_INSTANT + timedelta(hours=number)
        case date():
            return _FIRST_DATE + timedelta(days=number)
        case str():
            return f"stand-in {number}"
        case _:
            return _FIRST_NUMBER - number
