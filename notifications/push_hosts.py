"""Which push services are written to: a subscription is a URL from a stranger."""

from urllib.parse import urlsplit

from django.conf import settings

from notifications.hosts import is_clean, is_host_name

_HTTPS_PORT = 443


def is_allowed(endpoint: str) -> bool:
    """Whether ``endpoint`` is https on a host of PUSH_HOSTS: ``host``, ``host:port``, or ``*.domain``."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port or _HTTPS_PORT
    except ValueError:
        return False
    if parts.scheme != "https" or not parts.hostname or parts.username is not None or parts.fragment:
        return False
    # ``evil.com%2f.push.apple.com`` ends as it should and is no host: who connects might read another one out of it.
    if not is_clean(endpoint) or not is_host_name(parts.hostname):
        return False
    host = parts.hostname if port == _HTTPS_PORT else f"{parts.hostname}:{port}"
    return any(_fits(host, allowed) for allowed in settings.PUSH_HOSTS)


def _fits(host: str, allowed: str) -> bool:
    return host.endswith(allowed[1:]) if allowed.startswith("*.") else host == allowed
