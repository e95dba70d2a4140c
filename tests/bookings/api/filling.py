"""Requests made from the OpenAPI document: for every operation one that could succeed, with given values in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.test import Client

from bookings.api.v1 import api
from tests.bookings.api.conftest import Answer
from tests.bookings.api.operations import PREFIX, Op

SCHEMAS: dict[str, Any] = api.get_openapi_schema(path_prefix=PREFIX)["components"]["schemas"]


@dataclass(frozen=True, slots=True)
class Filled:
    """A request; ``used`` are the names of the values that went into it."""

    path: str
    query: dict[str, Any]
    body: Any
    used: frozenset[str]

    def ask(self, client: Client, op: Op) -> Answer:
        if op.method == "get":
            return client.get(self.path, self.query)
        return client.generic(
            op.method.upper(), self.path, json.dumps(self.body or {}), content_type="application/json"
        )


def fill(op: Op, values: Mapping[str, Any]) -> Filled:
    """Every parameter and field that ``values`` names gets its value; what else is required gets one of its type.

    Raises KeyError for a parameter of the path that ``values`` does not name.
    """
    used: set[str] = set()
    path, query = op.path, {}
    for parameter in op.details["parameters"]:
        name = parameter["name"]
        if parameter["in"] == "path":
            used.add(name)
            path = path.replace(f"{{{name}}}", str(values[name])).replace(f"{{int:{name}}}", str(values[name]))
        elif parameter["in"] == "query" and (name in values or parameter["required"]):
            used.add(name)
            query[name] = values[name] if name in values else _example(parameter["schema"], values, used)
    content = op.details.get("requestBody", {}).get("content", {}).get("application/json")
    body = None if content is None else _example(content["schema"], values, used)
    return Filled(path, query, body, frozenset(used))


def _example(schema: dict[str, Any], values: Mapping[str, Any], used: set[str]) -> Any:  # noqa: C901 - one line for each kind
    if "$ref" in schema:
        return _example(SCHEMAS[schema["$ref"].rpartition("/")[2]], values, used)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return _example(schema[several][0], values, used)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("examples"):
        return schema["examples"][0]
    match schema.get("type"):
        case "object":
            return _object(schema, values, used)
        case "array":
            return [_example(schema["items"], values, used)] * schema.get("minItems", 1)
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case "string":
            return _text(schema)
    return None


def _object(schema: dict[str, Any], values: Mapping[str, Any], used: set[str]) -> dict[str, Any]:
    made = {}
    for name, inner in schema.get("properties", {}).items():
        if name in values:
            used.add(name)
            made[name] = values[name]
        elif name in schema.get("required", ()):
            made[name] = _example(inner, values, used)
    return made


def _text(schema: dict[str, Any]) -> str:
    by_format = {"date": "2026-03-04", "date-time": "2026-03-04T10:00:00+01:00", "time": "10:00:00"}
    length: int = max(1, schema.get("minLength", 1))
    return by_format.get(schema.get("format", ""), "x" * length)
