"""Which IP addresses are the public's."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.conf import settings

#: IPv6 that only wraps an IPv4 address for a translator (RFC 6052), or that no longer means anything (RFC 3879).
_TRANSLATED = IPv6Network("64:ff9b::/96")
_SITE_LOCAL = IPv6Network("fec0::/10")


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
