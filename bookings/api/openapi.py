"""What the OpenAPI document says beyond what django-ninja finds out by itself."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.renderers import BaseRenderer

from bookings.api.access import TABLE, Rule
from bookings.api.caller import CallerKind
from bookings.api.problems import KINDS, MEDIA_TYPE, Problem

_HEADERS = {
    "X-Trace-Id": "Finds this request in the logs",
    "RateLimit-Policy": "The quota: `q` requests in a window of `w` seconds",
    "RateLimit": "What is left of it: `r` requests; all of it again after `t` seconds",
    "ETag": "Send it as If-None-Match to be told whether anything has changed",
    "Retry-After": "Seconds to wait",
    "Location": "Where what was made is found",
    "WWW-Authenticate": "How to log in (RFC 6750)",
}
_ALWAYS = ("X-Trace-Id", "RateLimit-Policy", "RateLimit")
_OF_STATUS = {
    HTTPStatus.CREATED: ("Location",),
    HTTPStatus.UNAUTHORIZED: ("WWW-Authenticate",),
    HTTPStatus.TOO_MANY_REQUESTS: ("Retry-After",),
    HTTPStatus.SERVICE_UNAVAILABLE: ("Retry-After",),
}


#: How callers of each kind show who they are.
SECURITY_SCHEMES: dict[str, Any] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key (`bk_…`), or the token of a login with a one-time code (`bv_…`)",
    },
    "initData": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`tma ` and the init data of the Mini App, as Telegram gave it",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": settings.SESSION_COOKIE_NAME,
        "description": "The session of the admin site; what changes something needs `X-CSRFToken`, too",
    },
}
_OPENED_BY: dict[str, frozenset[CallerKind]] = {
    "bearer": frozenset({CallerKind.API_KEY, CallerKind.VISITOR}),
    "initData": frozenset({CallerKind.TG_CLIENT}),
    "session": frozenset({CallerKind.INTERNAL}),
}


class OrjsonRenderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ARG002
        return orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z)


def responses(*codes: str) -> dict[str, Any]:
    """``openapi_extra`` of an operation: the problems with these codes.

    What all have in common is added by ``DocumentedAPI``: who is refused at the door, the headers of every answer.
    """
    described: dict[int, dict[str, Any]] = {}
    _add_problems(described, (*codes, "rate_limited"))
    return {"responses": described}


def _add_problems(described: dict[int, dict[str, Any]], codes: Iterable[str]) -> None:
    """Name each code under its status, once."""
    for code in codes:
        kind = KINDS[code]
        line = f"`{code}`: {kind.title}"
        known = described.setdefault(kind.status.value, {"description": ""})
        if line not in known["description"]:
            known["description"] = f"{known['description']}\n\n{line}".strip()
        known["content"] = {MEDIA_TYPE: {"schema": {"$ref": REF_TEMPLATE.format(model="Problem")}}}
        known["headers"] = _headers_of(kind.status)


def _headers_of(status: HTTPStatus, *, etag: bool = False) -> dict[str, Any]:
    names = (*_ALWAYS, *_OF_STATUS.get(status, ()), *(("ETag",) if etag else ()))
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


class DocumentedAPI(NinjaAPI):
    """Problem documents are answered past django-ninja's response models, so their schema is put in here."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        problem = Problem.model_json_schema(ref_template=REF_TEMPLATE, by_alias=True)
        schema["components"]["schemas"] |= problem.pop("$defs", {}) | {"Problem": problem}
        for method, operation in (pair for path in schema["paths"].values() for pair in path.items()):
            for parameter in operation["parameters"]:
                # They stay in its schema, where a list belongs; of a parameter itself they would be a mapping.
                parameter.pop("examples", None)
            _tell_access(method, operation)
            _tell_success(method, operation["responses"])
        schema["components"]["securitySchemes"] = SECURITY_SCHEMES
        schema["components"]["headers"] = {
            name: {"description": text, "schema": {"type": "string"}} for name, text in _HEADERS.items()
        }
        return schema


def _tell_access(method: str, operation: dict[str, Any]) -> None:
    """Who may call it, and how the others are refused, as the table has it."""
    rule = TABLE.get(operation["operationId"], Rule(frozenset()))
    # Credentials that are no good are refused where none are needed, too.
    codes = ["unauthenticated", "banned"]
    if CallerKind.PUBLIC not in rule.kinds:
        codes.append("not_allowed")
        if rule.scope is not None:
            codes.append("insufficient_scope")
    if CallerKind.INTERNAL in rule.kinds and method not in ("get", "head"):
        codes.append("csrf_failed")
    _add_problems(operation["responses"], codes)
    operation["responses"] = dict(sorted(operation["responses"].items(), key=lambda item: int(item[0])))
    operation["security"] = [
        *({scheme: []} for scheme, kinds in _OPENED_BY.items() if kinds & rule.kinds),
        *([{}] if CallerKind.PUBLIC in rule.kinds else []),
    ]
    if rule.scope is not None:
        operation["description"] = (
            f"{operation.get('description', '')}\n\nScope of an API key: `{rule.scope}`".strip()
        )


def _tell_success(method: str, described: dict[int, dict[str, Any]]) -> None:
    for status in [HTTPStatus(status) for status in described if status < HTTPStatus.MULTIPLE_CHOICES]:
        described[status]["headers"] = _headers_of(status, etag=status == HTTPStatus.OK)
    if method == "get" and HTTPStatus.OK in described:
        described[HTTPStatus.NOT_MODIFIED] = {
            "description": "It is still what If-None-Match says you have",
            "headers": _headers_of(HTTPStatus.NOT_MODIFIED, etag=True),
        }
