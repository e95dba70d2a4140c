"""One event loop per process, on its own thread, for everything asynchronous a worker does.

Bots, HTTP sessions and async Redis clients belong to the loop they were made on, so a loop per task would mean a
new connection pool per task. The loop is checked by pid: a forked child makes its own.
"""

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

import uvloop

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Running:
    pid: int
    loop: asyncio.AbstractEventLoop
    thread: threading.Thread


_lock = threading.Lock()
_running: _Running | None = None


def get_loop() -> asyncio.AbstractEventLoop:
    """The running loop of this process, started on the first call."""
    global _running  # noqa: PLW0603 - one loop per process is the point
    with _lock:
        if _running is None or _running.pid != os.getpid():
            loop = uvloop.new_event_loop()
            thread = threading.Thread(target=loop.run_forever, name="background-loop", daemon=True)
            thread.start()
            _running = _Running(os.getpid(), loop, thread)
        return _running.loop


def submit(coroutine: Coroutine[Any, Any, T]) -> "Future[T]":
    """Start ``coroutine`` on the background loop; call ``.result(timeout)`` on what comes back to wait for it."""
    return asyncio.run_coroutine_threadsafe(coroutine, get_loop())
