"""Inserts whose SQL Django writes once and for all."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models import Model, signals
from django.db.models.sql import InsertQuery

from booking_site.lib.one_trip import Write, send, trip_under_way

Row = TypeVar("Row", bound=Model)

#: Fields whose values, as models hold them, both databases take.
_AS_THEY_ARE = (
    models.CharField,
    models.TextField,
    models.BooleanField,
    models.IntegerField,
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
    models.PositiveBigIntegerField,
    models.BigIntegerField,
    models.ForeignKey,
    models.OneToOneField,
)


_DRAW = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"


class Keys:
    """Keys of rows to come, in the order in which they are used."""

    def __init__(self, drawn: Any) -> None:
        self._drawn = drawn
        self._left: Iterator[tuple[int]] | None = None

    def next(self) -> int | None:
        """The next one, or ``None`` where the database gives a row its key when it is written."""
        if self._drawn is None:
            return None
        if self._left is None:
            with closing(self._drawn):
                self._left = iter(self._drawn.fetchall())
        return next(self._left)[0]


class PreparedInsert(Generic[Row]):
    """Writes new rows of a model one by one, as ``save`` does, with values that are no expressions."""

    def __init__(self, model: type[Row]) -> None:
        self._model = model
        self._sql: dict[tuple[str, bool], str] = {}

    def write(self, row: Row) -> Row:
        """Insert ``row``, which gets its key. What the database refuses is raised as ``save`` raises it."""
        write = self._prepare(row)
        if write is not None:
            with (
                transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS),
                closing(send(write.sql, write.values)) as cursor,
            ):
                write.keep(cursor.fetchone()[0])
        return row

    def write_soon(self, row: Row) -> Row:
        """The same, but in ``one_trip`` it goes with the last statement of the trip: the key is known, and a refusal
        raised, when that has come to its end.
        """
        trip = trip_under_way()
        if trip is None:
            return self.write(row)
        write = self._prepare(row)
        if write is not None:
            trip.writes.append(write)
        return row

    def ask_keys(self, count: int) -> "Keys":
        """Keys for so many rows to come. With them rows that point at each other can go in one trip; SQLite, which is
        no trip away, gives keys as rows are written, and none before.
        """
        if connections[DEFAULT_DB_ALIAS].vendor != "postgresql":
            return Keys(None)
        meta = self._model._meta  # noqa: SLF001 - Django's documented name
        wanted = [meta.db_table, meta.pk.column, count]
        return Keys(send(_DRAW, wanted))

    def _prepare(self, row: Row) -> Write | None:
        """``None`` where somebody listens for saved rows, and it was saved for them."""
        if any(signal.has_listeners(self._model) for signal in (signals.pre_save, signals.post_save)):
            row.save(force_insert=True)
            return None
        database = connections[DEFAULT_DB_ALIAS]
        shape = (database.vendor, row.pk is not None)
        if shape not in self._sql:
            self._sql[shape] = self._written(database, row)
        state = row.__dict__
        values = [
            state[field.attname]
            if plain
            else field.get_db_prep_save(field.pre_save(row, add=True), connection=database)
            for field, plain in self._fields
        ]
        if row.pk is not None:
            values.append(row.pk)

        def keep(key: Any) -> None:
            row.pk = key
            row._state.adding, row._state.db = False, database.alias  # noqa: SLF001 - Django's documented name

        return Write(self._sql[shape], values, keep)

    @cached_property
    def _fields(self) -> Sequence[tuple[Any, bool]]:
        """What is written besides the key, and whether its value goes to the database as it is."""
        return [
            (field, type(field) in _AS_THEY_ARE)
            for field in self._model._meta.local_concrete_fields  # noqa: SLF001 - Django's documented name
            if not field.primary_key
        ]

    def _written(self, database: Any, row: Row) -> str:
        query = InsertQuery(self._model)
        key = self._model._meta.pk  # noqa: SLF001 - Django's documented name
        query.insert_values([field for field, _plain in self._fields] + [key] * (row.pk is not None), [row])
        compiler: Any = query.get_compiler(connection=database)
        compiler.returning_fields = [key]
        ((sql, _values),) = compiler.as_sql()
        return str(sql)
