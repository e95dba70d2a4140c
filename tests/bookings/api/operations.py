"""Every operation of the API, found in its routes: what is added later is in here by itself."""

from dataclasses import dataclass
from typing import Any

import booking_site.urls  # noqa: F401 - mounts what other apps add
from bookings.api.v1 import api

PREFIX = "/api/v1/"


@dataclass(frozen=True, slots=True)
class Op:
    """One method of one address."""

    id: str
    method: str
    path: str
    details: dict[str, Any]

    def __str__(self) -> str:
        return self.id


def all_operations() -> tuple[Op, ...]:
    schema = api.get_openapi_schema(path_prefix=PREFIX)
    return tuple(
        Op(details["operationId"], method, path, details)
        for path, methods in schema["paths"].items()
        for method, details in methods.items()
    )


OPERATIONS = all_operations()
