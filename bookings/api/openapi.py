"""What the OpenAPI document says beyond what django-ninja finds out by itself."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.docs import Swagger
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.renderers import BaseRenderer

from bookings.api.access import TABLE
from bookings.api.access_rules import Rule
from bookings.api.caller import CallerKind
from bookings.api.problems import KINDS, MEDIA_TYPE, Problem
from bookings.api.values import as_json

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
#: While Redis is away nobody is counted.
_UNCOUNTED = ("X-Trace-Id", "Retry-After")
#: What may happen whatever is asked.
_ANYWHERE = ("rate_limited", "invalid_request", "internal_error", "busy")
#: Where ``responses`` leaves the codes until the document is completed.
_CODES = "x-problem-codes"
_OF_STATUS = {
    HTTPStatus.OK: ("ETag",),
    HTTPStatus.CREATED: ("Location",),
    HTTPStatus.NOT_MODIFIED: ("ETag",),
    HTTPStatus.UNAUTHORIZED: ("WWW-Authenticate",),
    HTTPStatus.TOO_MANY_REQUESTS: ("Retry-After",),
}
#: How callers of each kind show who they are.
_SECURITY_SCHEMES: dict[str, Any] = {
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
        return as_json(data)


class DocsPage(Swagger):
    """Swagger UI, for phones too, and with the token that a session needs."""

    template = "bookings/api/docs.html"


def responses(*codes: str) -> dict[str, Any]:
    """``openapi_extra`` of an operation: the problems that it has of its own. ``DocumentedAPI`` adds what all have."""
    return {_CODES: codes}


class DocumentedAPI(NinjaAPI):
    """Completes the document: problems, headers and callers of each operation, of which django-ninja knows nothing.

    Problem documents are answered past django-ninja's response models, so their schema is put in here.
    """

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self._documents: dict[tuple[Any, ...], OpenAPISchema] = {}

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Made once: the operations do not change while the process lives. Not to be written into."""
        key = (path_prefix, *sorted((path_params or {}).items()))
        if key not in self._documents:
            self._documents[key] = self._document(path_prefix, path_params)
        return self._documents[key]

    def _document(self, path_prefix: str | None, path_params: dict[str, Any] | None) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        problem = Problem.model_json_schema(ref_template=REF_TEMPLATE, by_alias=True)
        schema["components"]["schemas"] |= problem.pop("$defs", {}) | {"Problem": problem}
        schema["components"]["headers"] = {
            name: {"description": text, "schema": {"type": "string"}} for name, text in _HEADERS.items()
        }
        schema["components"]["securitySchemes"] = _SECURITY_SCHEMES
        for methods in schema["paths"].values():
            for method, operation in methods.items():
                _complete(operation, method.upper())
        return schema


def _complete(operation: dict[str, Any], method: str) -> None:
    rule = TABLE.get(operation["operationId"], Rule(frozenset()))
    codes = dict.fromkeys((*operation.pop(_CODES, ()), *_codes_of_callers(rule, method), *_ANYWHERE))
    operation["responses"] |= _described(codes)
    if method == "GET":
        operation["responses"][304] = {"description": "It is still what If-None-Match says you have"}
    operation["responses"] = dict(sorted(operation["responses"].items()))
    for status, response in operation["responses"].items():
        names = (*_ALWAYS, *_OF_STATUS.get(HTTPStatus(status), ()))
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            names = _UNCOUNTED
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    operation["security"] = [
        *({scheme: []} for scheme, kinds in _OPENED_BY.items() if kinds & rule.kinds),
        *([{}] if CallerKind.PUBLIC in rule.kinds else []),
    ]
    if rule.scope is not None:
        about = f"{operation.get('description') or ''}\n\nScope of an API key: `{rule.scope}`"
        operation["description"] = about.strip()
    for parameter in operation["parameters"]:
        # They stay in its schema, where a list belongs; of a parameter itself they would be a mapping.
        parameter.pop("examples", None)


def _codes_of_callers(rule: Rule, method: str) -> Iterable[str]:
    """How those are refused who may not call: also credentials that were not needed must be good."""
    yield from ("unauthenticated", "banned")
    if CallerKind.PUBLIC not in rule.kinds:
        yield "not_allowed"
        if rule.scope is not None:
            yield "insufficient_scope"
    if CallerKind.INTERNAL in rule.kinds and method != "GET":
        yield "csrf_failed"


def _described(codes: Iterable[str]) -> dict[int, Any]:
    by_status: dict[HTTPStatus, list[str]] = {}
    for code in codes:
        by_status.setdefault(KINDS[code].status, []).append(code)
    return {status.value: _problem(found) for status, found in sorted(by_status.items())}


def _problem(codes: Iterable[str]) -> dict[str, Any]:
    lines = [f"`{code}`: {KINDS[code].title}" for code in codes]
    return {
        "description": "\n\n".join(lines),
        "content": {MEDIA_TYPE: {"schema": {"$ref": REF_TEMPLATE.format(model="Problem")}}},
    }
