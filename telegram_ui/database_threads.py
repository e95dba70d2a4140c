"""Synchronous services called from the event loop: a small pool of threads, each with its own database connection."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connections
from django.utils import translation

P = ParamSpec("P")
T = TypeVar("T")

#: More would only queue at SQLite's one writer, and a PostgreSQL connection each is paid for.
THREADS = 8


def _call(language: str | None, function: Callable[[], T]) -> T:
    # What Django does around a request: a connection the server has closed is replaced before it is used.
    close_old_connections()
    # The active translation is tied to its thread, so it has to be handed over by name.
    with translation.override(language):
        return function()


class DatabaseThreads:
    """``await threads.run(service, **kwargs)`` from handlers; the caller's language and trace id go along."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="database")

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call ``function`` in a database thread and return what it returns, or raise what it raises.

        Cancelling the caller does not stop a call that has begun: it runs to its commit or rollback.
        """
        context = contextvars.copy_context()
        call: Callable[[], T] = partial(function, *args, **kwargs)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, context.run, _call, translation.get_language(), call)

    def close(self) -> None:
        """Wait for calls that have begun, then close every thread's connections."""
        # Nobody leaves before all have come, so that no thread takes two turns and another none.
        everybody = threading.Barrier(THREADS)
        for _thread in range(THREADS):
            self._pool.submit(_close_and_meet, everybody)
        self._pool.shutdown(wait=True)


def _close_and_meet(everybody: threading.Barrier) -> None:
    connections.close_all()
    everybody.wait()
