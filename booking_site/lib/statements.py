"""Running SQL that is ready, past the layers that Django's cursors have for everybody else's."""

from typing import Any


def execute(database: Any, sql: str, parameters: list[Any]) -> Any:
    """The driver's cursor after the statement; the caller closes it. Raises as Django's own cursors do.

    ``database`` is one of ``django.db.connections``. Where somebody listens (a query log, a wrapper of statements), the
    statement takes the usual way.
    """
    if database.queries_logged or database.execute_wrappers:
        cursor = database.cursor()
        try:
            cursor.execute(sql, parameters)
        except BaseException:
            cursor.close()
            raise
        return cursor
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
