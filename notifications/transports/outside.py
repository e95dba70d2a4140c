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
from typing import Any

import aiohttp

from notifications.public_addresses import is_public

TIMEOUT = aiohttp.ClientTimeout(total=10, sock_connect=4)
#: Bytes of an answer that are read: enough to see what the other side complains of.
ANSWER_LIMIT = 1024
_FORBIDDEN = "is not a public address"


class ForbiddenAddressError(OSError):
    """The name leads to an address that is not public."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    beginning: str


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
