"""What a database server will have said to a statement."""

from collections.abc import Callable, Sequence
from typing import Any


class Answer:
    """Of one statement, in Django's SQL; read like a cursor. ``send`` sees to it that the statement is answered."""

    def __init__(self, sql: str, parameters: Sequence[Any], send: Callable[[], None] | None = None) -> None:
        self.sql, self.parameters = sql, parameters
        self._send = send
        self._rows: list[tuple[Any, ...]] | None = None

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows; where the statement still waits to be sent, it goes now, with those that wait with it."""
        if self._rows is None and self._send is not None:
            self._send()
        if self._rows is None:
            raise LookupError("never answered: a statement that travelled with it was refused")
        return self._rows

    def fetchone(self) -> tuple[Any, ...] | None:
        """The first row, if there is one."""
        return next(iter(self.fetchall()), None)

    def close(self) -> None:
        """Nothing is held that could be given back."""

    def say(self, rows: list[tuple[Any, ...]]) -> None:
        """The server's answer."""
        self._rows = rows
