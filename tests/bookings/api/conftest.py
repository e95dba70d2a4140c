"""The salon in Berlin of the tests next door, asked through HTTP."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from django.test import Client

from tests.bookings.api.belongings import victims
from tests.bookings.conftest import Salon

__all__ = ["Answer", "Get", "get", "problem_of", "victims"]

# A response with what the test client adds to it, such as json().
Answer: TypeAlias = Any
Get: TypeAlias = Callable[..., Answer]


@pytest.fixture
def get(salon: Salon) -> Get:
    """GET below ``/api/v1``; keyword arguments are the query, headers go into ``headers``."""
    client = Client(raise_request_exception=False)

    def ask(path: str, *, headers: dict[str, str] | None = None, **query: Any) -> Answer:
        return client.get(f"/api/v1{path}", query, headers=headers)

    return ask


def problem_of(answer: Answer) -> dict[str, Any]:
    """The problem document without what differs between two requests, which is checked here."""
    assert answer["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert answer["Content-Length"] == str(len(answer.content))
    assert document["status"] == answer.status_code
    assert document["type"] == f"/api/v1/problems/{document['code']}"
    assert document.pop("trace_id") == answer["X-Trace-Id"]
    return {name: document[name] for name in document if name not in ("type", "status", "title", "instance")}
