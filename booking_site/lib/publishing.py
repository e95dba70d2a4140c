"""Waking a Celery worker without ever making the caller wait or fail.

A wake-up may be lost: what must happen is a row, and beat wakes again whatever was not finished. So one short try,
and after a failure none at all for a moment, lest every request of a busy minute pays for a Redis that is down.
"""

import logging
import os
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from celery import Celery
from celery.app import app_or_default
from kombu import Connection, uuid
from kombu.exceptions import KombuError
from kombu.pools import producers
from redis import RedisError

from booking_site.lib.trace import current_trace_id

log = logging.getLogger(__name__)

#: Seconds. A worker's own connection waits longer: it blocks for the next message.
_SOCKET_TIMEOUT = 0.25
_QUIET_AFTER_FAILURE = 2.0

_quiet_until = 0.0


def publish(
    task: str,
    args: Sequence[Any] = (),
    *,
    queue: str,
    expires: float | None = None,
    shown_as: str | None = None,
    trace_id: str = "",
) -> bool:
    """Send ``task`` to ``queue``; ``False`` when Redis did not take it. Never raises for an unreachable Redis.

    ``expires`` is in seconds. ``shown_as`` is what Flower shows as the arguments. The trace id (the bound one by
    default) travels in the header ``trace_id``.
    """
    global _quiet_until  # noqa: PLW0603 - one view of Redis per process
    if time.monotonic() < _quiet_until:
        return False
    app = app_or_default()
    try:
        with producers[_connection(app, str(app.conf.broker_url), os.getpid())].acquire(
            block=True, timeout=_SOCKET_TIMEOUT
        ) as producer:
            # What ``send_task`` ends in, without its event, which is a second message to Redis for every wake-up, and
            # without its looking up of routes and declaring of queues: whoever wakes names the queue, workers declare it.
            message = app.amqp.create_task_message(
                uuid(), task, list(args), expires=expires, argsrepr=shown_as, ignore_result=True
            )
            producer.publish(
                message.body, exchange="", routing_key=queue, serializer="json",
                headers=message.headers | {"trace_id": trace_id or current_trace_id()}, **message.properties,
            )  # fmt: skip
    except (KombuError, RedisError, OSError) as error:
        _quiet_until = time.monotonic() + _QUIET_AFTER_FAILURE
        log.warning("could not wake %s on %s: %s", task, queue, error)
        return False
    return True


@lru_cache(maxsize=8)
def _connection(app: Celery, broker_url: str, _pid: int) -> Connection:
    """A connection of this process alone (the pid keys the cache) that gives up quickly."""
    options = dict(app.conf.broker_transport_options or {})
    options |= {
        "socket_timeout": _SOCKET_TIMEOUT,
        "socket_connect_timeout": _SOCKET_TIMEOUT,
        "retry_on_timeout": False,
        "max_retries": 0,
    }
    return Connection(broker_url, transport_options=options, connect_timeout=_SOCKET_TIMEOUT)
