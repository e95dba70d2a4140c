"""Requests to addresses that strangers chose: nothing but public ones is ever connected to.

The check sits where the socket is made, so it sees the very address that is connected to, whatever the name resolved
to a moment ago or will resolve to a moment later. Redirects are not followed, proxies of the environment not asked,
connections not kept, and of an answer only the beginning is read.
"""

import asyncio
import os
import socket
import ssl
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import aiohttp
from django.conf import settings

TIMEOUT = aiohttp.ClientTimeout(total=10, sock_connect=4)
#: Bytes of an answer that are read: enough to see what the other side complains of.
ANSWER_LIMIT = 1024
#: IPv6 that only wraps an IPv4 address for a translator (RFC 6052), or that no longer means anything (RFC 3879).
_TRANSLATED = IPv6Network("64:ff9b::/96")
_FORBIDDEN = "is not a public address"
_SITE_LOCAL = IPv6Network("fec0::/10")


class ForbiddenAddressError(OSError):
    """The name leads to an address that is not public."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    beginning: str


def is_public(address: str) -> bool:
    """Whether anybody on the Internet has this IP address, and it is none of our own networks."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if any(found in network for network in settings.OUTGOING_PRIVATE_NETWORKS):
        return True  # named by the operator, for receivers on the premises
    inner = _wrapped(found) if isinstance(found, IPv6Address) else None
    return _is_global(found) and (inner is None or _is_global(inner))


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    site_local = isinstance(address, IPv6Address) and address in _SITE_LOCAL
    return address.is_global and not address.is_multicast and not site_local


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that traffic to ``address`` ends at, where it is one in disguise."""
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo is not None:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour


def _socket(address: tuple[Any, ...]) -> socket.socket:
    family, kind, protocol, _name, where = address
    if not is_public(str(where[0])):
        raise ForbiddenAddressError(f"{where[0]} {_FORBIDDEN}")
    return socket.socket(family=family, type=kind, proto=protocol)


async def post(url: str, *, body: bytes, headers: dict[str, str]) -> Answer:
    """POST ``body`` to an https URL.

    Raises:
        ValueError: no https URL.
        ForbiddenAddressError: the name leads to no public address.
        aiohttp.ClientError, TimeoutError, OSError: the other side did not answer.
    """
    if not url.startswith("https://"):
        raise ValueError("only https")
    try:
        async with _session().post(url, data=body, headers=headers, allow_redirects=False) as answer:
            beginning = await answer.content.read(ANSWER_LIMIT)
            return Answer(answer.status, beginning.decode("utf-8", "replace"))
    except aiohttp.ClientConnectorError as error:
        # Of several addresses that were all refused, the errors come as one with their texts.
        if isinstance(error.os_error, ForbiddenAddressError) or _FORBIDDEN in str(error.os_error):
            raise ForbiddenAddressError(str(error.os_error)) from error
        raise


# A session belongs to one loop of one process; the certificates are part of the key because tests bring their own.
_sessions: dict[tuple[int, asyncio.AbstractEventLoop, str], aiohttp.ClientSession] = {}


def _session() -> aiohttp.ClientSession:
    key = (os.getpid(), asyncio.get_running_loop(), os.environ.get("SSL_CERT_FILE", ""))
    if key not in _sessions:
        connector = aiohttp.TCPConnector(
            force_close=True,
            use_dns_cache=False,
            socket_factory=_socket,
            ssl=ssl.create_default_context(),
        )
        _sessions[key] = aiohttp.ClientSession(
            connector=connector,
            timeout=TIMEOUT,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            headers={"User-Agent": "booking-service"},
        )
    return _sessions[key]


async def close_sessions() -> None:
    """Close the connections of the running loop."""
    for key in [key for key in _sessions if key[:2] == (os.getpid(), asyncio.get_running_loop())]:
        await _sessions.pop(key).close()
