"""The lock around creating a booking: it spares work, it protects nothing.

Contenders for one slot would each place the visit, write it and be refused by the database, again and again. Who was
refused once stands behind the lock, and sees what is left before writing. Whoever waits long, or finds no Redis, goes
on without: the database's guard holds anyway. To take the lock at the first attempt would cost every booking two
trips to Redis, a sixth of its processor time, for what happens to few.
"""

import random
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import redis
import structlog
from django.conf import settings

from booking_site.lib import redis_client

log = structlog.get_logger(__name__)

TTL_MILLISECONDS = 30_000
# Placing and writing a visit takes some 5 ms: a queue of a few is worth waiting for, a crowd is not. In a race of 16
# processes for two days, waiting for 0.3 s each took three times as long as going without.
_PATIENCE_SECONDS = 0.1

# Only the holder releases: after 30 s the lock may be somebody else's.
_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then
    return redis.call('DEL', KEYS[1])
end
return 0
"""


def key_of(location_id: int, day: date) -> str:
    return f"slots:lock:{location_id}:{day.isoformat()}"


@contextmanager
def day_lock(location_id: int, day: date, *, outpaced: bool) -> Iterator[None]:
    """Hold the day of a location for the block, if that is possible soon; ``SLOT_LOCK`` switches it off.

    Only who was ``outpaced`` once takes it: most visits have the time they ask for to themselves.
    """
    key, token = key_of(location_id, day), secrets.token_hex(8)
    held = outpaced and settings.SLOT_LOCK and _acquire(key, token)
    try:
        yield
    finally:
        if held:
            _release(key, token)


def _acquire(key: str, token: str) -> bool:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    try:
        while not redis_client.client().set(key, token, nx=True, px=TTL_MILLISECONDS):
            if time.monotonic() > deadline:
                return False
            time.sleep(random.uniform(0.003, 0.012))  # noqa: S311 - jitter, not a secret
    except redis.RedisError as error:
        log.warning("slot_lock_unavailable", key=key, error=str(error))
        return False
    return True


def _release(key: str, token: str) -> None:
    try:
        redis_client.client().eval(_RELEASE, 1, key, token)
    except redis.RedisError as error:
        log.warning("slot_lock_not_released", key=key, error=str(error))
