"""What the OpenAPI document says beyond what django-ninja finds out by itself."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.renderers import BaseRenderer

from bookings.api.problems import KINDS, MEDIA_TYPE, Problem

_HEADERS = {
    "X-Trace-Id": "Finds this request in the logs",
    "RateLimit-Policy": "The quota: `q` requests in a window of `w` seconds",
    "RateLimit": "What is left of it: `r` requests; all of it again after `t` seconds",
    "ETag": "Send it as If-None-Match to be told whether anything has changed",
    "Retry-After": "Seconds to wait",
}
_ALWAYS = ("X-Trace-Id", "RateLimit-Policy", "RateLimit")
_OF_STATUS = {
    HTTPStatus.OK: ("ETag",),
    HTTPStatus.NOT_MODIFIED: ("ETag",),
    HTTPStatus.TOO_MANY_REQUESTS: ("Retry-After",),
}


class OrjsonRenderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ARG002
        return orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z)


def responses(*codes: str) -> dict[str, Any]:
    """``openapi_extra`` of a GET: the problems with these codes, and what every GET may answer."""
    by_status: dict[HTTPStatus, list[str]] = {}
    for code in (*codes, "rate_limited"):
        by_status.setdefault(KINDS[code].status, []).append(code)
    described = {status.value: _problem(found) for status, found in sorted(by_status.items())}
    described[HTTPStatus.NOT_MODIFIED.value] = {"description": "It is still what If-None-Match says you have"}
    for status in (HTTPStatus.OK, *map(HTTPStatus, described)):
        names = (*_ALWAYS, *_OF_STATUS.get(status, ()))
        described.setdefault(status.value, {})["headers"] = {
            name: {"$ref": f"#/components/headers/{name}"} for name in names
        }
    return {"responses": described}


def _problem(codes: Iterable[str]) -> dict[str, Any]:
    lines = [f"`{code}`: {KINDS[code].title}" for code in codes]
    return {
        "description": "\n\n".join(lines),
        "content": {MEDIA_TYPE: {"schema": {"$ref": REF_TEMPLATE.format(model="Problem")}}},
    }


class DocumentedAPI(NinjaAPI):
    """Problem documents are answered past django-ninja's response models, so their schema is put in here."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        problem = Problem.model_json_schema(ref_template=REF_TEMPLATE, by_alias=True)
        schema["components"]["schemas"] |= problem.pop("$defs", {}) | {"Problem": problem}
        for operation in (operation for path in schema["paths"].values() for operation in path.values()):
            for parameter in operation["parameters"]:
                # They stay in its schema, where a list belongs; of a parameter itself they would be a mapping.
                parameter.pop("examples", None)
        schema["components"]["headers"] = {
            name: {"description": text, "schema": {"type": "string"}} for name, text in _HEADERS.items()
        }
        return schema
