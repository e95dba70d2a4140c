"""Connections to the one Redis: a synchronous client per process, an asynchronous one per event loop."""

import os
from functools import lru_cache

import redis
import redis.asyncio
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry


@lru_cache(maxsize=8)
def _client_of(url: str, _pid: int, *, text: bool) -> "redis.Redis":
    # The pid is part of the cache key: a connection must not be shared with a forked child.
    return redis.Redis.from_url(
        url,
        decode_responses=text,
        socket_timeout=settings.REDIS_TIMEOUT_SECONDS,
        socket_connect_timeout=settings.REDIS_TIMEOUT_SECONDS,
        # redis-py would try three times more: with a timeout on each, the webhook's 503 would come seconds late.
        retry=Retry(NoBackoff(), 0),
    )


def client() -> "redis.Redis":
    """The shared synchronous client of this process. Text in, text out; raises ``redis.RedisError`` when unreachable."""
    return _client_of(settings.REDIS_URL, os.getpid(), text=True)


def raw_client() -> "redis.Redis":
    """Like :func:`client`, but answers are bytes: for paths where decoding them would be wasted."""
    return _client_of(settings.REDIS_URL, os.getpid(), text=False)


def async_client(*, text: bool = True) -> "redis.asyncio.Redis":
    """A new asynchronous client for the calling event loop, of text or of bytes; the caller closes it."""
    return redis.asyncio.Redis.from_url(settings.REDIS_URL, decode_responses=text)
