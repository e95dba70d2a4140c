"""The host of an address from outside: whether it is one at all, and one that anybody but ourselves could mean."""

import re
import socket
from urllib.parse import urlsplit

from notifications.public_addresses import is_public

_NAME = re.compile(
    r"(?!.{254})[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*", re.ASCII
)
#: A name whose last part is a number is read as an IPv4 address, whatever its spelling.
_NUMBER_LAST = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)", re.ASCII)
_OURSELVES = "127.0.0.1"


def is_clean(url: str) -> bool:
    """Whether everybody reads the same host out of ``url``: a parser may drop a tab, or turn a backslash."""
    return url.isascii() and url.isprintable() and " " not in url and "\\" not in url


def is_host_name(host: str) -> bool:
    """Whether ``host``, in small letters, is a name of the DNS and no IP address."""
    return _NAME.fullmatch(host) is not None and _NUMBER_LAST.fullmatch(host) is None


def address_in(host: str) -> str:
    """The IP address that ``host`` is without asking anybody: a literal in any spelling, or this machine by name.

    Empty for the name of another host.

    Raises:
        ValueError: it is neither a name nor an address.
    """
    if ":" in host:
        return host
    if host == "localhost" or host.endswith(".localhost"):
        return _OURSELVES
    if is_host_name(host):
        return ""
    try:
        # As the resolver would: 127.1, 0x7f.1 and 2130706433 are this machine, too.
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        raise ValueError("neither a name nor an address") from None


def may_be_public(url: str) -> bool:
    """Whether the host of ``url`` is a name, or an address that may be connected to. Raises ValueError: it is none."""
    address = address_in(urlsplit(url).hostname or "")
    return not address or is_public(address)
