"""How much one caller may ask: token buckets ``rl:api:*`` in Redis, told in the RateLimit headers."""

import math
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import redis
import structlog
from django.conf import settings
from django.http import HttpRequest

from booking_site.lib import rate_limiter, redis_client
from booking_site.lib.rate_limiter import Limit
from bookings.api.caller import Caller

log = structlog.get_logger(__name__)

#: An IPv6 subscriber has a network of this size, and with it more addresses than anybody could count.
_IPV6_PREFIX = 64
#: In META, where no header of a request can get: those are upper case.
_TOLD = "bookings.api.limits"


def take_one(request: HttpRequest, caller: Caller) -> bool:
    """Count one request of ``caller``; whether it is allowed. What to tell of it is for ``headers_of``.

    Without Redis everybody is let through: reads must go on.
    """
    limit: Limit = settings.API_LIMITS[caller.kind]
    whose = caller.identity or f"{caller.kind}:{address_of(request)}"
    try:
        verdict = rate_limiter.check(redis_client.client(), f"api:{whose}", limit)
    except redis.RedisError as error:
        log.warning("api limit not checked", error=str(error))
        return True
    headers = _headers(caller.kind, limit, verdict.remaining)
    if not verdict.allowed:
        headers["Retry-After"] = str(max(1, math.ceil(verdict.retry_after)))
    request.META[_TOLD] = headers
    return verdict.allowed


def headers_of(request: HttpRequest) -> Mapping[str, str]:
    """What the response says about the limit, whichever it is; empty where nothing was counted."""
    headers: Mapping[str, str] = request.META.get(_TOLD, {})
    return headers


def _headers(name: str, limit: Limit, remaining: int) -> dict[str, str]:
    """As draft-ietf-httpapi-ratelimit-headers-10 has them; the quota is full again after ``t`` seconds."""
    window = math.ceil(limit.burst / limit.per_second)
    full_in = math.ceil((limit.burst - remaining) / limit.per_second)
    return {
        "RateLimit-Policy": f'"{name}";q={limit.burst};w={window}',
        "RateLimit": f'"{name}";r={remaining};t={full_in}',
    }


def address_of(request: HttpRequest) -> str:
    """The address that is counted: an IPv4 address or an IPv6 network.

    Proxies of ``TRUSTED_PROXIES`` append the address they were called from, so the list is read from its end and only
    as far as each one before is trusted: what a client writes into it itself is never reached.
    """
    named = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    address = _address(str(request.META.get("REMOTE_ADDR", "")))
    while address and named and any(address in network for network in settings.TRUSTED_PROXIES):
        before = _address(named.pop())
        if before is None:
            break
        address = before
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _IPV6_PREFIX), strict=False))
    return str(address or "unknown")


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address
