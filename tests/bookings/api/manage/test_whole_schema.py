"""The service keeps to its own OpenAPI document, whatever it is asked and whoever asks.

Requests are made from the document by schemathesis, half of them as it says and half not; they are sent as every kind
of caller, and what they did is undone. ``API_EXAMPLES=100`` makes as many for each operation.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import requests
import schemathesis
from django.db import transaction
from django.db.models import Model
from django.test import Client, override_settings
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from booking_site.lib.rate_limiter import Limit
from bookings.api.access import TABLE
from bookings.api.caller import CallerKind
from bookings.models import (
    ApiKey,
    Booking,
    BookingSeries,
    GroupSession,
    Location,
    Review,
    Service,
    Specialist,
    User,
    WaitlistEntry,
)
from tests.bookings.api.callers import public, with_init_data, with_key, with_session, with_token
from tests.bookings.api.manage.conftest import Manager
from tests.bookings.api.manage.test_every_resource import RESOURCES
from tests.bookings.api.operations import OPERATIONS, PREFIX

EXAMPLES = int(os.environ.get("API_EXAMPLES", "2"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
#: The operations in so many tests, so that several processes share them.
SHARDS = 4
#: What the names of ids in addresses stand for; ``row_id`` is a row of the address's noun.
MODELS: dict[str, type[Model]] = {
    "booking_id": Booking,
    "client_id": User,
    "entry_id": WaitlistEntry,
    "key_id": ApiKey,
    "location_id": Location,
    "review_id": Review,
    "series_id": BookingSeries,
    "service_id": Service,
    "session_id": GroupSession,
    "specialist_id": Specialist,
    "user_id": User,
}
NOUNS = {resource.noun: resource.entity.model for resource in RESOURCES}


@pytest.fixture
def callers(full: Manager) -> Iterator[dict[CallerKind, Client]]:
    salon = full.salon
    with override_settings(API_LIMITS={kind.value: Limit(100_000, 100_000) for kind in CallerKind}):
        yield {
            CallerKind.INTERNAL: with_session(salon.admin),
            CallerKind.API_KEY: with_key(salon.admin),
            CallerKind.TG_CLIENT: with_init_data(salon.client),
            CallerKind.VISITOR: with_token(salon.client),
            CallerKind.PUBLIC: public(),
        }


@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_answer_is_as_documented(shard: int, callers: dict[CallerKind, Client], full: Manager) -> None:
    document = full.client.get(f"{PREFIX}openapi.json").json()
    schema = schemathesis.openapi.from_dict(document)
    schema.config.generation.update(with_security_parameters=False)
    mine = sorted(op.id for op in OPERATIONS)[shard::SHARDS]
    answered: Counter[int] = Counter()
    wrong: list[str] = []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        if operation.definition.raw["operationId"] in mine:
            for mode in GenerationMode:
                _try(operation, mode, callers, answered, wrong)
    assert not wrong, "\n\n".join(wrong)
    # Not only refusals: otherwise the callers or the rows were wrong.
    assert {200, 401, 403, 404, 422} <= answered.keys()


def _try(
    operation: APIOperation[Any, Any, Any, Any],
    mode: GenerationMode,
    callers: dict[CallerKind, Client],
    answered: Counter[int],
    wrong: list[str],
) -> None:
    if mode.is_negative and not (operation.definition.raw["parameters"] or operation.body):
        return  # there is no asking it wrongly
    number, operation_id = 0, operation.definition.raw["operationId"]

    @seed(1)
    @hypothesis_settings(
        max_examples=EXAMPLES if mode.is_positive else max(1, EXAMPLES // 2),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Case[Any]) -> None:
        nonlocal number
        number += 1
        if number % 2:
            for given_values in (case.path_parameters, case.query):
                _point_at_what_is_there(operation.path, given_values or {})
        for kind in _who_asks(number, mode, operation_id):
            client = callers[kind]
            with transaction.atomic():
                answer = _send(case, client)
                transaction.set_rollback(True)
            answered[answer.status_code] += 1
            try:
                case.validate_response(answer, checks=CHECKS)
            except BaseExceptionGroup as failures:
                told = "\n".join(str(failure) for failure in failures.exceptions)
                sent = f"{operation.label} {answer.request.url} {answer.request.body!r}"
                wrong.append(f"{kind}: {sent}\n{told}\n{answer.content.decode()[:1000]}")

    with suppress(Unsatisfiable):  # every request of that form is a right one
        run()


def _who_asks(number: int, mode: GenerationMode, operation_id: str) -> list[CallerKind]:
    """Everybody asks the first right question, the first wrong one those who are not refused at the door whatever they
    bring; of these one after the other the rest.
    """
    if number == 1 and mode.is_positive:
        return list(CallerKind)
    let_in = [kind for kind in CallerKind if kind in TABLE[operation_id].kinds]
    return let_in if number == 1 else [let_in[number % len(let_in)]]


def _point_at_what_is_there(path: str, values: dict[str, Any]) -> None:
    """Invented ids lead nowhere."""
    for name in values:
        model = (
            NOUNS.get(path.removeprefix(f"{PREFIX}manage/").split("/")[0])
            if name == "row_id"
            else MODELS.get(name)
        )
        if model is not None and (row := model._default_manager.order_by("pk").first()):
            values[name] = row.pk


def _send(case: Case[Any], client: Client) -> Response:
    """Over the test client, in this transaction; schemathesis judges the answer."""
    request = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    body = request.body.encode() if isinstance(request.body, str) else request.body or b""
    headers = {str(name): _text(value) for name, value in request.headers.items()}
    content_type = headers.pop("Content-Type", "application/octet-stream")
    headers.pop("Content-Length", None)
    answer = client.generic(
        str(request.method), request.path_url, body, content_type=content_type, headers=headers
    )
    return Response(
        status_code=answer.status_code,
        headers={name.lower(): [value] for name, value in answer.items()},
        content=answer.content,
        request=request,
        elapsed=0.0,
        verify=False,
    )


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")
