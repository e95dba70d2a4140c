"""Only a person at this machine drives the playground, not a web page that happens to be open in the browser."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def _host_of(netloc: str) -> str:
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""


def refusal(request: web.Request, allowed_hosts: frozenset[str]) -> str:
    """Why this request may not touch the page or the controls; empty when it may.

    The Host check stops names that an attacker points at loopback (DNS rebinding), the Origin check stops requests
    that another site's page makes.
    """
    host = request.headers.get("Host", "")
    if _host_of(host) not in _LOOPBACK | allowed_hosts:
        return f"the playground answers to localhost only, not to {host or 'no host'}"
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{host}":
        return "another site may not drive the playground"
    if (
        origin is None
        and request.method not in {"GET", "HEAD"}
        and request.headers.get("Sec-Fetch-Site") not in {None, "same-origin", "none"}
    ):
        return "another site may not drive the playground"
    return ""


def guarded(allowed_hosts: frozenset[str]) -> Callable[[Handler], Handler]:
    """Wrap a handler: refuse strangers with 403, add the page's security headers to every answer."""

    def wrap(handler: Handler) -> Handler:
        async def checked(request: web.Request) -> web.StreamResponse:
            reason = refusal(request, allowed_hosts)
            if reason:
                return web.json_response({"error": reason}, status=403, headers=_SECURITY_HEADERS)
            response = await handler(request)
            if not response.prepared:
                response.headers.update(_SECURITY_HEADERS)
            return response

        return checked

    return wrap
