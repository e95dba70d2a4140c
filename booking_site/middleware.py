"""Answers that must not depend on anything else: health and metrics, and headers for every page."""

import hmac
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from booking_site import health, metrics

GetResponse = Callable[[HttpRequest], HttpResponse]
_LOOPBACK = {"127.0.0.1", "::1"}


def _healthz(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "alive"})


def _readyz(_request: HttpRequest) -> HttpResponse:
    ready, checks = health.readiness()
    return JsonResponse(
        {"status": "ready" if ready else "not ready", "checks": checks}, status=200 if ready else 503
    )


def _may_read_metrics(request: HttpRequest) -> bool:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and hmac.compare_digest(token.encode(), settings.METRICS_TOKEN.encode()):
        return True
    # A proxy on the same machine comes from loopback too, but says for whom.
    forwarded = {"X-Forwarded-For", "Forwarded", "X-Real-Ip", "X-Forwarded-Proto"} & set(request.headers)
    return request.META.get("REMOTE_ADDR") in _LOOPBACK and not forwarded


def _metrics(request: HttpRequest) -> HttpResponse:
    if not _may_read_metrics(request):
        return JsonResponse({"detail": "From loopback, or with the bearer token METRICS_TOKEN."}, status=403)
    return HttpResponse(metrics.render(), content_type="text/plain; version=0.0.4; charset=utf-8")


_PATHS = {"/healthz": _healthz, "/readyz": _readyz, "/metrics": _metrics}


class HealthMiddleware:
    """Serves the health addresses before anything else looks at the request: a probe comes with any Host header."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = _PATHS.get(request.path_info)
        if answer is None:
            return self.get_response(request)
        response = answer(request)
        response["Cache-Control"] = "no-store"
        # A 503 says it all in its body; Django would write a line about it for each probe.
        response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001
        return response


class ContentSecurityPolicyMiddleware:
    """Pages load scripts and styles from this site alone, unless a view has set its own policy."""

    POLICY = (
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Security-Policy", self.POLICY)
        return response
