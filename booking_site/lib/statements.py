"""Running SQL that is ready, past the layers that Django's cursors have for everybody else's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn


class NotPrepared(Exception):
    """A statement was run where only prepared ones may be."""


def execute(database: Any, sql: str, parameters: list[Any]) -> Any:
    """The driver's cursor after the statement; the caller closes it. Raises as Django's own cursors do.

    ``database`` is one of ``django.db.connections``. Where somebody listens (a query log, a wrapper of statements), the
    statement takes the usual way.
    """
    listening = [wrapper for wrapper in database.execute_wrappers if wrapper is not _refuse]
    if database.queries_logged or listening:
        return _listened_to(database, listening, sql, parameters)
    database.close_if_health_check_failed()
    database.ensure_connection()
    database.validate_thread_sharing()
    database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        driver = database.create_cursor()
        try:
            driver.execute(sql, parameters)
        except BaseException:
            driver.close()
            raise
    return driver


@contextmanager
def only_prepared(database: Any) -> Iterator[None]:
    """In the block, whatever is not run by ``execute`` raises NotPrepared."""
    with database.execute_wrapper(_refuse):
        yield


def _refuse(_execute: Any, sql: str, *_rest: Any) -> NoReturn:
    raise NotPrepared(sql)


def _listened_to(database: Any, listening: list[Any], sql: str, parameters: list[Any]) -> Any:
    wrappers, database.execute_wrappers = database.execute_wrappers, listening
    cursor = database.cursor()
    try:
        cursor.execute(sql, parameters)
    except BaseException:
        cursor.close()
        raise
    finally:
        database.execute_wrappers = wrappers
    return cursor
