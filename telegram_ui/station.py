"""The drainer of this process: brought up on its event loop, woken by Celery tasks, shut down with the worker."""

import asyncio
import os
import secrets
import threading
from concurrent.futures import Future
from dataclasses import dataclass

import structlog
from redis.asyncio import Redis

from booking_site.lib import background_loop
from booking_site.lib.redis_client import async_client
from telegram_ui import runtime as runtimes
from telegram_ui.drainer import Drainer, Pace
from telegram_ui.handling import Handling, Patience
from telegram_ui.leases import Leases

log = structlog.get_logger(__name__)

#: Seconds a wake-up waits for the work it started. Under constant load it returns then, and the drainer goes on.
SHIFT = 5.0
#: Seconds to bring everything up, and to let it down.
START_TIMEOUT, CLOSE_TIMEOUT = 30.0, 8.0


@dataclass(slots=True)
class Station:
    pid: int
    loop: asyncio.AbstractEventLoop
    drainer: Drainer
    running: "asyncio.Task[None]"
    redis: Redis


_lock = threading.Lock()
_station: Station | None = None
_draining = threading.Lock()


async def _start(pace: Pace, patience: Patience) -> Station:
    runtime = await runtimes.get_runtime()
    runtimes.build_models()
    redis = async_client(text=False)
    # Unique over restarts, pid namespaces and machines: a token must never be anybody else's.
    leases = Leases(redis, f"{os.getpid()}-{secrets.token_hex(6)}")
    drainer = Drainer(leases, Handling(runtime, patience), pace)
    running = asyncio.create_task(drainer.run())
    running.add_done_callback(_report_end)
    return Station(os.getpid(), asyncio.get_running_loop(), drainer, running, redis)


def _report_end(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()):
        log.critical("drainer_broke", exc_info=error)


def start(pace: Pace | None = None, patience: Patience | None = None) -> Station:
    """The station of this process, started on the first call; a forked child starts its own.

    One whose drainer broke is replaced, so the next wake-up repairs what an unforeseen error did.
    """
    global _station  # noqa: PLW0603 - one per process is the point
    with _lock:
        current = _station
        if current is None or current.pid != os.getpid() or current.running.done():
            _station = background_loop.submit(_start(pace or Pace(), patience or Patience())).result(START_TIMEOUT)
        if _station is None:
            raise RuntimeError("the station did not start")
        return _station


def drain() -> int:
    """Wake the drainer and wait until nothing is left to do, a shift at most; how many updates were handled.

    Another wake-up in the same process meanwhile has nothing to add and returns 0 at once.
    """
    station = start()
    station.loop.call_soon_threadsafe(station.drainer.nudge)
    if not _draining.acquire(blocking=False):
        return 0
    try:
        before = station.drainer.handled
        waiting: Future[None] = asyncio.run_coroutine_threadsafe(_shift(station.drainer), station.loop)
        waiting.result(SHIFT + START_TIMEOUT)
        return station.drainer.handled - before
    finally:
        _draining.release()


async def _shift(drainer: Drainer) -> None:
    try:
        async with asyncio.timeout(SHIFT):
            await drainer.wait_idle()
    except TimeoutError:
        pass


def stop_claiming() -> None:
    """Take no more chats; safe to call from a signal handler."""
    station = _station
    if station and station.pid == os.getpid() and station.loop.is_running():
        station.loop.call_soon_threadsafe(station.drainer.stop)


def close() -> None:
    """Stop claiming, finish what is in hand within its grace, give the rest back, and close every connection."""
    global _station
    with _lock:
        station, _station = _station, None
    if station is None or station.pid != os.getpid():
        return
    try:
        asyncio.run_coroutine_threadsafe(_close(station), station.loop).result(CLOSE_TIMEOUT)
    except TimeoutError:
        log.warning("station_closed_late", in_hand=station.drainer.in_hand)


async def _close(station: Station) -> None:
    station.drainer.stop()
    await asyncio.wait([station.running])
    await runtimes.close_runtime()
    await station.redis.aclose()
