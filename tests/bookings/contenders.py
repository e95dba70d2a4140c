"""Real processes, each with several threads, that call services at the same instant against the test database."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import get_context
from typing import Any

PROCESSES, THREADS = 4, 3


@dataclass(frozen=True)
class Call:
    """A function by its dotted path, and what to call it with; all of it can be pickled."""

    path: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """``value`` of a call that succeeded; ``code`` of a refusal, with its alternatives."""

    value: Any = None
    code: str = ""
    alternatives: tuple[Any, ...] = field(default=())


def _start(database: str, redis_url: str) -> None:
    from django.conf import settings
    from django.db import connections

    settings.REDIS_URL = redis_url
    settings.DATABASES["default"]["NAME"] = database  # for the connections of new threads
    connections["default"].settings_dict["NAME"] = database


def _attempt(call: Call, go_at: float) -> Outcome:
    from django.db import connection

    from bookings.exceptions import BookingError

    module, _dot, name = call.path.rpartition(".")
    function = getattr(import_module(module), name)
    connection.ensure_connection()
    time.sleep(max(0.0, go_at - time.time()))
    try:
        return Outcome(function(**call.arguments))
    except BookingError as refusal:
        return Outcome(code=refusal.code, alternatives=tuple(getattr(refusal, "alternatives", ())))
    except Exception as error:  # noqa: BLE001 - a raw error is what the tests look for
        return Outcome(code=f"raw {type(error).__name__}: {error}")
    finally:
        connection.close()


def _work(calls: Sequence[Call], go_at: float, changes: dict[str, Any]) -> list[Outcome]:
    from django.test import override_settings

    with override_settings(**changes), ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(lambda call: _attempt(call, go_at), calls))


class Contenders:
    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def race(self, calls: Sequence[Call], **settings: Any) -> list[Outcome]:
        """Every call at the same instant (as far as the threads reach); outcomes in the order of the calls."""
        # Enough for every process to pick up its share; the first race also pays for their start.
        self._warm_up()
        go_at = time.time() + 0.25
        shares = [calls[n::PROCESSES] for n in range(PROCESSES)]
        futures = [self._pool.submit(_work, share, go_at, settings) for share in shares]
        done = [future.result(150) for future in futures]
        return [done[n % PROCESSES][n // PROCESSES] for n in range(len(calls))]

    def _warm_up(self) -> None:
        for future in [self._pool.submit(time.sleep, 0.02) for _process in range(PROCESSES)]:
            future.result(150)


@contextmanager
def contenders(database: str, redis_url: str) -> Iterator[Contenders]:
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.bookings.preloaded"])
    pool = ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=_start, initargs=(database, redis_url))
    try:
        yield Contenders(pool)
    finally:
        pool.shutdown()
