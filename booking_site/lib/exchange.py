"""Statements for a PostgreSQL server in one piece: sent with one write, answered by one read.

psycopg's own pipeline sends each statement by itself and looks at the socket twice for it: thirty waits for a booking,
each of them a change of process on a busy machine. Here libpq has all of them before anything is sent (``psycopg.pq``
is psycopg's documented way to it). What the server refuses is raised as psycopg raises it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from psycopg import Connection
from psycopg.abc import Buffer, PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName, error_from_result
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.waiting import Ready, Wait

from booking_site.lib.answers import Answer

#: A statement as the server knows it: its text, and the types of what goes into it.
Shape: TypeAlias = tuple[bytes, tuple[int, ...]]

#: Small numbers grow: with int2 and int4 each statement would be planned anew for each length of each of its numbers.
_INT8 = 20
_WIDER = {21: _INT8, 23: _INT8}

#: More than the product has different statements; what comes after them is planned each time.
_MOST_NAMES = 500

_PLACE = re.compile("%[s%]")
_numbers = count(1)
#: What each connection has prepared.
_prepared: "WeakKeyDictionary[Connection[Any], dict[Shape, bytes]]" = WeakKeyDictionary()


def exchange(driver: "Connection[Any]", questions: Sequence[Answer], *, prepare: bool) -> None:
    """Send them in order, each with a snapshot of its own, and wait for what comes back.

    Begins a transaction where psycopg would. With ``prepare`` the server plans each statement once for the connection;
    psycopg must not do so besides: it makes the server forget all plans whenever a savepoint is rolled back.

    Raises psycopg.Error for the first statement that was refused; those after it were not run.
    """
    transformer: Any = Transformer(driver)
    ready = [_ready(question, transformer) for question in questions]
    known = _prepared.setdefault(driver, {}) if prepare else None
    try:
        results = driver.wait(_converse(driver, ready, known))
    except BaseException:
        driver.close()  # in mid-conversation: nobody could tell any more which answer is to what
        raise
    for asked, result in results:
        if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            refusal = error_from_result(result, encoding=driver.info.encoding)
            if known and isinstance(refusal, FeatureNotSupported | InvalidSqlStatementName):
                known.clear()  # tables have changed since, or somebody made the server forget
            raise refusal
        if isinstance(asked, Answer):
            transformer.set_pgresult(result)
            asked.say(transformer.load_rows(0, result.ntuples, tuple))
        elif asked is not None and known is not None:
            known.setdefault(*asked)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A statement in the words of the protocol."""

    question: Answer
    shape: Shape
    values: Sequence[Buffer | None]


def _ready(question: Answer, transformer: Any) -> _Ready:
    parameters = question.parameters
    values = transformer.dump_sequence(parameters, [PyFormat.TEXT] * len(parameters))
    return _Ready(question, (_in_libpqs_words(question.sql), _widened(transformer.types or ())), values)


@lru_cache(maxsize=4 * _MOST_NAMES)
def _widened(types: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(_WIDER.get(oid, oid) for oid in types)


@lru_cache(maxsize=_MOST_NAMES)
def _in_libpqs_words(sql: str) -> bytes:
    """Placeholders are numbered there."""
    places = count(1)
    return _PLACE.sub(lambda found: "%" if found[0] == "%%" else f"${next(places)}", sql).encode()


#: What a result belongs to: a question; a statement that was given a name; or nothing that anybody asks for.
_Asked: TypeAlias = Answer | tuple[Shape, bytes] | None


def _converse(
    driver: "Connection[Any]", ready: Sequence[_Ready], known: dict[Shape, bytes] | None
) -> PQGen[list[tuple[_Asked, PGresult]]]:
    pgconn = driver.pgconn
    begin = not driver.autocommit and pgconn.transaction_status == TransactionStatus.IDLE
    pgconn.enter_pipeline_mode()
    if begin:
        pgconn.send_query_params(_begin(driver), None)
    asked = [None] * begin + _hand_over(pgconn, ready, known)
    pgconn.pipeline_sync()
    while pgconn.flush():
        if (yield Wait.RW) & Ready.R:
            pgconn.consume_input()
    results = yield from _results(pgconn)
    pgconn.exit_pipeline_mode()
    return list(zip(asked, results, strict=True))


def _hand_over(pgconn: PGconn, ready: Sequence[_Ready], known: dict[Shape, bytes] | None) -> list[_Asked]:
    """Give libpq all of them; says what each result will belong to."""
    asked: list[_Asked] = []
    names: dict[Shape, bytes] = {}
    for one in ready:
        text, types = one.shape
        name = known.get(one.shape) or names.get(one.shape) if known is not None else None
        if name is None and known is not None and len(known) + len(names) < _MOST_NAMES:
            name = names[one.shape] = b"trip_%d" % next(_numbers)
            pgconn.send_prepare(name, text, types)
            asked.append((one.shape, name))
        if name is None:
            pgconn.send_query_params(text, one.values, types)
        else:
            pgconn.send_query_prepared(name, one.values)
        asked.append(one.question)
    return asked


def _results(pgconn: PGconn) -> PQGen[list[PGresult]]:
    """One for each statement, up to the end of the conversation."""
    results: list[PGresult] = []
    while True:
        while pgconn.is_busy():
            yield Wait.R
            pgconn.consume_input()
        result = pgconn.get_result()
        if result is None:  # the end of what one statement brings
            continue
        if result.status == ExecStatus.PIPELINE_SYNC:
            return results
        results.append(result)


def _begin(driver: "Connection[Any]") -> bytes:
    level = driver.isolation_level
    return b"BEGIN" if level is None else b"BEGIN ISOLATION LEVEL " + level.name.replace("_", " ").encode()
