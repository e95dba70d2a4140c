"""Queries whose SQL Django writes once and for all.

For a month of slots, writing the three queries of a warm search anew took longer than SQLite needed to run them.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias

from django.db import connection
from django.db.models import QuerySet

Argument: TypeAlias = int | date | datetime | Sequence[int]

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
        self._written: dict[tuple[object, ...], tuple[str, list[Any]]] = {}

    def rows(self, **arguments: Argument) -> list[tuple[Any, ...]]:
        """Run the query. Sequences must not be empty and must not repeat a value."""
        given = {name: self._flat(value) for name, value in arguments.items()}
        shape = (connection.vendor, *(len(values) for values in given.values()))
        if shape not in self._written:
            self._written[shape] = self._write(arguments)
        sql, places = self._written[shape]
        parameters: list[Any] = [
            given[place.name][place.at] if isinstance(place, _Place) else place for place in places
        ]
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    def _write(self, arguments: dict[str, Argument]) -> tuple[str, list[Any]]:
        stand_ins: dict[str, Argument] = {}
        places: dict[object, _Place] = {}
        for name, value in arguments.items():
            count = 1 if isinstance(value, int | date) else len(value)
            members = [_stand_in(value, len(places) + n) for n in range(count)]
            stand_ins[name] = members[0] if isinstance(value, int | date) else members  # type: ignore[assignment]
            places |= {self._flat(member)[0]: _Place(name, n) for n, member in enumerate(members)}
        sql, parameters = self._build(**stand_ins).query.sql_with_params()
        return sql, [places.get(parameter, parameter) for parameter in parameters]

    @staticmethod
    def _flat(value: Argument) -> Sequence[object]:
        if isinstance(value, datetime):
            return (connection.ops.adapt_datetimefield_value(value),)
        if isinstance(value, date):
            return (connection.ops.adapt_datefield_value(value),)
        return (value,) if isinstance(value, int) else value


def _stand_in(value: Argument, number: int) -> int | date | datetime:
    """Another one for each ``number``, of the kind of ``value`` (of its members, where it is a sequence)."""
    if isinstance(value, datetime):
        return _FIRST_INSTANT + timedelta(hours=number)
    return _FIRST_DATE + timedelta(days=number) if isinstance(value, date) else _FIRST_NUMBER - number


class _Place:
    """Which argument, and which of its members, belongs at a place among the parameters."""

    __slots__ = ("at", "name")

    def __init__(self, name: str, at: int) -> None:
        self.name = name
        self.at = at
