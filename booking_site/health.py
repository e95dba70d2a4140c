"""Whether the service is alive and able to do its work.

``/healthz`` says only that this web process answers. ``/readyz`` asks the database, Redis, the workers of every queue
and beat, each within a bounded time, and answers 503 with the reason of each that fails.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError as FutureTimeout

import redis
from django.conf import settings
from django.db import DatabaseError, connection

from booking_site.heartbeats import BEAT_KEY, TTL_SECONDS, queue_key
from booking_site.lib.redis_client import client

# All checks run at once, so this bounds the whole answer.
CHECK_SECONDS = 0.8
OK = "ok"

# Its own threads: a database that hangs must hang them, not the web server's. When all are stuck, further checks
# wait in line and time out, which is the truth about that database.
_pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="health")


def _database() -> dict[str, str]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    except DatabaseError as error:
        # A broken connection is not used again; the next check starts with a fresh one.
        connection.close()
        return {"database": f"database: {str(error).strip() or type(error).__name__}"}
    return {"database": OK}


def _redis() -> dict[str, str]:
    keys = {"beat": BEAT_KEY} | {f"worker {queue}": queue_key(queue) for queue in settings.QUEUES}
    try:
        found = client().mget(list(keys.values()))
    except redis.RedisError as error:
        unknown = dict.fromkeys(keys, "unknown while Redis does not answer")
        return {"redis": f"Redis: {error}", **unknown}
    signs = {
        name: OK if sign else f"no sign of life within {TTL_SECONDS} s"
        for name, sign in zip(keys, found, strict=True)
    }
    return {"redis": OK, **signs}


_CHECKS: dict[str, Callable[[], dict[str, str]]] = {"database": _database, "redis": _redis}


def readiness() -> tuple[bool, dict[str, str]]:
    """Whether everything needed is there, and ``ok`` or the reason for each part. Takes less than a second."""
    deadline = time.monotonic() + CHECK_SECONDS
    running: dict[str, Future[dict[str, str]]] = {name: _pool.submit(check) for name, check in _CHECKS.items()}
    results: dict[str, str] = {}
    for name, future in running.items():
        try:
            results |= future.result(timeout=max(0.0, deadline - time.monotonic()))
        except FutureTimeout:
            future.cancel()
            results[name] = f"no answer within {CHECK_SECONDS} s"
    return all(result == OK for result in results.values()), results
