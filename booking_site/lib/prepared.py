"""Queries whose SQL Django writes once and for all.

For a month of slots, writing the three queries of a warm search anew took longer than SQLite needed to run them.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeAlias, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model, QuerySet

from booking_site.lib.one_trip import send, trip_under_way

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
        return self.ask(**arguments).rows()

    def ask(self, **arguments: Argument) -> "Asked":
        """Send the query; its answer is read when it is wanted, so that in ``one_trip`` several travel together."""
        written, cursor = self._send(arguments)
        return Asked(written, cursor)

    def _send(self, arguments: dict[str, Argument]) -> "tuple[_Written, Any]":
        database = connections[DEFAULT_DB_ALIAS]  # what ``connection`` looks up again for each of its attributes
        given = {name: _flat(value, database) for name, value in arguments.items()}
        shape = (database.vendor, *(len(values) for values in given.values()))
        if shape not in self._written:
            self._written[shape] = self._write(arguments)
        written = self._written[shape]
        parameters: list[Any] = [
            given[place.name][place.at] if isinstance(place, _Place) else place for place in written.places
        ]
        return written, send(written.sql, parameters)

    def _write(self, arguments: dict[str, Argument]) -> "_Written":
        stand_ins: dict[str, Argument] = {}
        places: dict[object, _Place] = {}
        for name, value in arguments.items():
            single = isinstance(value, int | str | date)
            members = [_stand_in(value, len(places) + n) for n in range(1 if single else len(value))]  # type: ignore[arg-type]
            stand_ins[name] = members[0] if single else members  # type: ignore[assignment]
            places |= {_flat(member, connection)[0]: _Place(name, n) for n, member in enumerate(members)}
        compiler: Any = self._build(**stand_ins).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        return _Written(sql, [places.get(parameter, parameter) for parameter in parameters], compiler)


class PreparedObjects(Prepared, Generic[Row]):
    """The same for instances of a model: their columns come converted, as ever, and no related ones with them."""

    def __init__(self, build: Callable[..., QuerySet[Row]]) -> None:
        super().__init__(build)

    def all(self, **arguments: Argument) -> list[Row]:
        """Run the query, as ``rows``."""
        return self.ask(**arguments).all()

    def first(self, **arguments: Argument) -> Row | None:
        """The first of ``all``; a query that may find many is limited where it is built."""
        return self.ask(**arguments).first()

    def ask(self, **arguments: Argument) -> "AskedObjects[Row]":
        """As of ``Prepared``."""
        written, cursor = self._send(arguments)
        return AskedObjects(written, cursor)


class Asked:
    """A query that was sent."""

    def __init__(self, written: "_Written", cursor: Any) -> None:
        self._written = written
        self._cursor = cursor
        # Nothing is gained by waiting where the answer is here, and an open cursor of SQLite keeps a snapshot.
        self._rows: list[tuple[Any, ...]] | None = None if trip_under_way() else self._read()

    def rows(self) -> list[tuple[Any, ...]]:
        """The answer; waits for it where it has not come yet."""
        if self._rows is None:
            self._rows = self._read()
        return self._rows

    def _read(self) -> list[tuple[Any, ...]]:
        with closing(self._cursor):
            found: list[tuple[Any, ...]] = self._cursor.fetchall()
            return found


class AskedObjects(Asked, Generic[Row]):
    """The same, for instances of a model."""

    def all(self) -> list[Row]:
        written = self._written
        return [
            written.model.from_db(connection.alias, written.names, row) for row in written.converted(self.rows())
        ]

    def first(self) -> Row | None:
        return next(iter(self.all()), None)


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


def _flat(value: Argument, database: Any) -> Sequence[object]:
    if isinstance(value, datetime):
        return (database.ops.adapt_datetimefield_value(value),)
    if isinstance(value, date):
        return (database.ops.adapt_datefield_value(value),)
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
