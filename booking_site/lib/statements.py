"""Running SQL that is ready, past the layers that Django's cursors have for everybody else's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from django.conf import settings

from booking_site.lib.answers import Answer


class NotPrepared(Exception):
    """A statement was run where only prepared ones may be."""


def execute(database: Any, sql: str, parameters: list[Any]) -> Any:
    """The driver's cursor after the statement; the caller closes it. Raises as Django's own cursors do.

    ``database`` is one of ``django.db.connections``. Where somebody listens (a query log, a wrapper of statements), the
    statement takes the usual way.
    """
    if is_heard(database):
        return _listened_to(database, sql, parameters)
    if database.vendor == "postgresql":
        return send_together(database, [Answer(sql, parameters)])[0]
    _see_that_it_is_usable(database)
    with database.wrap_database_errors:
        driver = database.create_cursor()
        try:
            driver.execute(sql, parameters)
        except BaseException:
            driver.close()
            raise
    return driver


def is_heard(database: Any) -> bool:
    """Whether somebody wants to hear of each statement."""
    return bool(database.queries_logged or _listening(database))


def send_together(database: Any, questions: list[Answer]) -> list[Answer]:
    """Send them to a PostgreSQL server in one piece and read what it says. Raises as Django's own cursors do."""
    from booking_site.lib.exchange import exchange  # noqa: PLC0415 - psycopg is there where PostgreSQL is used

    _see_that_it_is_usable(database)
    with database.wrap_database_errors:
        exchange(database.connection, questions, prepare=settings.DATABASE_PREPARES)
    return questions


def _see_that_it_is_usable(database: Any) -> None:
    """As Django's own cursors do."""
    database.close_if_health_check_failed()
    database.ensure_connection()
    database.validate_thread_sharing()
    database.validate_no_broken_transaction()


@contextmanager
def only_prepared(database: Any) -> Iterator[None]:
    """In the block, whatever is not run by ``execute`` raises NotPrepared."""
    with database.execute_wrapper(_refuse):
        yield


def _refuse(_execute: Any, sql: str, *_rest: Any) -> NoReturn:
    raise NotPrepared(sql)


def _listening(database: Any) -> list[Any]:
    return [wrapper for wrapper in database.execute_wrappers if wrapper is not _refuse]


def _listened_to(database: Any, sql: str, parameters: list[Any]) -> Any:
    wrappers, database.execute_wrappers = database.execute_wrappers, _listening(database)
    cursor = database.cursor()
    try:
        cursor.execute(sql, parameters)
    except BaseException:
        cursor.close()
        raise
    finally:
        database.execute_wrappers = wrappers
    return cursor
