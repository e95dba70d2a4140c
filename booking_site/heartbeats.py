"""Signs of life of beat and of the workers, as keys in Redis that vanish by themselves.

``health:beat`` and ``health:queue:{queue}`` hold the name of who is alive, and ``/readyz`` reads them.
"""

import logging
import time
from typing import Any

import redis
from celery import Celery
from celery.beat import Scheduler
from django.conf import settings

from booking_site.lib.redis_client import client

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 2.0
# Some beats may be late on a busy machine; after this long the process is not alive in any useful sense.
TTL_SECONDS = 15

BEAT_KEY = "health:beat"


def queue_key(queue: str) -> str:
    """Key that exists while some worker consumes ``queue``."""
    return f"health:queue:{queue}"


def _write(keys: list[str], value: str) -> None:
    try:
        pipe = client().pipeline(transaction=False)
        for key in keys:
            pipe.set(key, value, ex=TTL_SECONDS)
        pipe.execute()
    except redis.RedisError as error:
        logger.warning("heartbeat of %s not written: %s", value, error)


class HeartbeatScheduler(Scheduler):
    """Celery's in-memory scheduler that leaves a sign of life whenever it has really ticked."""

    _written_at = float("-inf")

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """One round of the schedule. Returns the seconds to sleep until the next."""
        pause: float = super().tick(*args, **kwargs)
        if time.monotonic() - self._written_at >= INTERVAL_SECONDS:
            self._written_at = time.monotonic()
            _write([BEAT_KEY], "beat")
        return min(pause, INTERVAL_SECONDS)


def write_worker_heartbeat(app: Celery, hostname: str) -> None:
    """Tell that this worker consumes its queues. Called from the worker's own event loop: if that hangs, so it shows."""
    queues = [name for name in app.amqp.queues.consume_from if name in settings.QUEUES]
    _write([queue_key(name) for name in queues], hostname)
