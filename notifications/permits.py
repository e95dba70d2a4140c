"""The outbound limiter as deliveries use it: one for each lane, on the background loop."""

import asyncio
import os
from collections.abc import Mapping

import redis.asyncio
from django.conf import settings

from booking_site.lib.outbound_limiter import OutboundLimiter
from booking_site.lib.outbound_pause import OutboundPause
from booking_site.lib.redis_client import async_client
from notifications.events import Lane

#: Seconds ahead each lane may book the common rate: who may look further goes first. An instant message is at most
#: two permits of a campaign late; a campaign never sees a free place while anything instant waits.
_REACH: Mapping[str, float] = {Lane.P2P: 0.8, Lane.REMINDER: 0.2, Lane.CAMPAIGN: 0.04}


def rate_of(*, paid: bool) -> float:
    """Messages a second of all workers together."""
    return float(settings.NOTIFICATION_PAID_RATE_PER_SECOND if paid else settings.NOTIFICATION_RATE_PER_SECOND)


def limiter_of(lane: str, *, paid: bool = False) -> OutboundLimiter:
    """The limiter of ``lane`` for the running loop. What is paid for has a rate of its own, and the pause in common.

    One object knows of the pause for all lanes: what one of them is refused stops the others with the same step.
    """
    rate = rate_of(paid=paid)
    bucket = "telegram:paid" if paid else "telegram"
    key = (*_here(), settings.REDIS_URL, bucket, lane, rate)
    if key not in _limiters:
        client, pause = _connected()
        _limiters[key] = OutboundLimiter(client, bucket=bucket, rate=rate, reach=_REACH[lane], pause=pause)
    return _limiters[key]


async def close_limiters() -> None:
    """Close the connections of the running loop."""
    here = _here()
    for limiter_key in [key for key in _limiters if key[:2] == here]:
        await _limiters.pop(limiter_key).close()
    for client_key in [key for key in _clients if key[:2] == here]:
        client, _pause = _clients.pop(client_key)
        await client.aclose()


# A connection belongs to one loop of one process; the address is part of the key because tests change it.
_Here = tuple[int, asyncio.AbstractEventLoop]
_limiters: dict[tuple[int, asyncio.AbstractEventLoop, str, str, str, float], OutboundLimiter] = {}
_clients: dict[tuple[int, asyncio.AbstractEventLoop, str], tuple["redis.asyncio.Redis", OutboundPause]] = {}


def _here() -> _Here:
    return os.getpid(), asyncio.get_running_loop()


def _connected() -> "tuple[redis.asyncio.Redis, OutboundPause]":
    key = (*_here(), settings.REDIS_URL)
    if key not in _clients:
        client = async_client()
        _clients[key] = client, OutboundPause(client)
    return _clients[key]
