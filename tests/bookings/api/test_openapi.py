"""The OpenAPI document is valid, and what it says is so: every status it names is reached here."""

from contextlib import ExitStack
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from pytest_django.plugin import DjangoDbBlocker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from booking_site.lib.rate_limiter import Limit
from bookings.api import authentication
from bookings.api.access import TABLE
from bookings.api.caller import CallerKind
from bookings.api.resources import problem_kinds
from bookings.api.values import Texts
from bookings.exceptions import Busy
from bookings.services.calendar_feeds import feed_token
from bookings.services.specialist_photo import set_photo
from notifications.transports import push
from tests.bookings.api.callers import with_token
from tests.bookings.api.operations import OPERATIONS, Op
from tests.bookings.conftest import Salon
from tests.factories import ClientFactory
from tests.pictures import picture

#: The public reads, which need nothing to be answered.
READS = {
    (op.path, int(status))
    for op in OPERATIONS
    if op.method == "get" and CallerKind.PUBLIC in TABLE[op.id].kinds
    for status in op.details["responses"]
}


@pytest.fixture(scope="module")
def document(valkey: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, Any]:
    """As it is served; asked for once, since it is long."""
    with django_db_blocker.unblock():
        answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture(scope="module")
def registry(document: dict[str, Any]) -> Registry[Any]:
    """Where the document's references lead."""
    registry: Registry[Any] = Registry().with_resource("urn:api", DRAFT202012.create_resource(document))
    return registry.crawl()


def request_for(path: str, salon: Salon) -> tuple[dict[str, object], dict[str, object]]:
    """Values for the path and the query that get a 200."""
    if path.endswith("/photo"):
        set_photo(actor=salon.as_admin, specialist_id=salon.anna.pk, content=picture(200, 200))
    values: dict[str, object] = {
        "location_id": salon.location.pk,
        "specialist_id": salon.anna.pk,
        "service_id": salon.service.pk,
        "code": "busy",
        "secret": feed_token(actor=salon.as_admin, specialist_id=salon.anna.pk),
    }
    visit: dict[str, object] = {"location_id": salon.location.pk, "service": salon.service.pk}
    queries: dict[str, dict[str, object]] = {
        "/api/v1/locations/{location_id}/sessions": {"date_from": "2026-03-03", "date_to": "2026-03-04"},
        "/api/v1/slots/day": {**visit, "date": "2026-03-03"},
        "/api/v1/slots/range": {**visit, "date_from": "2026-03-03", "date_to": "2026-03-04"},
        "/api/v1/slots/nearest": visit,
        "/api/v1/reviews": {"limit": 5},
        "/api/v1/slots/month": {**visit, "month": "2026-03"},
    }
    return values, queries.get(path, {})


def broken(*_query: Any) -> None:
    raise RuntimeError("broken on purpose")


def ask(path: str, status: int, salon: Salon) -> Any:
    """A request that ought to get ``status``."""
    values, query = request_for(path, salon)
    client = Client(raise_request_exception=False)
    if status == 404:
        values |= {"location_id": 999_999, "specialist_id": 999_999, "code": "none", "secret": "0" * 64}
        query = {**query, "location_id": 999_999} if "location_id" in query else query
    if status == 422:
        query = {**query, "serivce": "none"}  # a slip in a name, which no operation takes
    address = path.format(**values) + (f"?{urlencode(query)}" if query else "")
    headers = {"If-None-Match": client.get(address)["ETag"]} if status == 304 else None
    if status == 401:
        headers = {"Authorization": "Bearer unknown"}
    if status == 403:
        client = with_token(ClientFactory.create(is_banned=True))
    with ExitStack() as conditions:
        if status == 503:
            conditions.enter_context(patch.object(authentication, "identify", side_effect=Busy))
        if status == 429:
            conditions.enter_context(override_settings(API_LIMITS={"public": Limit(1, 0.01)}))
            client.get(address)
        if status == 500:
            conditions.enter_context(connection.execute_wrapper(broken))
            conditions.enter_context(patch.object(problem_kinds, "_out", side_effect=RuntimeError))
            conditions.enter_context(patch.object(push, "public_key", side_effect=RuntimeError))
        return client.get(address, headers=headers)


#: They prove who one is, or write nothing.
WITHOUT_KEY = {"count_managed_campaign_audience", "request_code", "create_token", "plan_series", "check_promotion"}


def test_every_post_that_writes_takes_an_idempotency_key() -> None:
    def takes_key(op: Op) -> bool:
        return any(parameter["name"] == "Idempotency-Key" for parameter in op.details.get("parameters", ()))

    assert {op.id for op in OPERATIONS if op.method == "post" and not takes_key(op)} == WITHOUT_KEY


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


@pytest.mark.parametrize(("path", "status"), sorted(READS))
def test_every_status_is_reached_and_as_described(
    path: str, status: int, document: dict[str, Any], registry: Registry[Any], salon: Salon
) -> None:
    answer = ask(path, status, salon)
    assert answer.status_code == status
    described = document["paths"][path]["get"]["responses"][str(status)]
    assert {header for header in described["headers"] if header not in answer} == set()
    if status == 304:
        assert answer.content == b""
        return
    ((media_type, content),) = described["content"].items()
    assert answer["Content-Type"].partition(";")[0] == media_type
    if media_type == "text/calendar":
        assert answer.content.startswith(b"BEGIN:VCALENDAR")
        return
    if media_type == "image/jpeg":
        assert answer.content.startswith(b"\xff\xd8")
        return
    schema = {"$ref": "urn:api" + content["schema"]["$ref"]}
    assert list(OAS31Validator(schema, registry=registry).iter_errors(answer.json())) == []


def test_every_operation_says_what_it_is() -> None:
    assert len({op.id for op in OPERATIONS}) == len(OPERATIONS)
    assert all(op.details["summary"] and op.details["tags"] for op in OPERATIONS)


@pytest.mark.parametrize("op", OPERATIONS, ids=str)
def test_every_operation_says_who_may_call_it(op: Op) -> None:
    kinds = TABLE[op.id].kinds
    opened_by = {scheme for one in op.details["security"] for scheme in one or {"nothing": []}}
    assert ("nothing" in opened_by) == (CallerKind.PUBLIC in kinds)
    assert ("initData" in opened_by) == (CallerKind.TG_CLIENT in kinds)
    assert ("session" in opened_by) == (CallerKind.INTERNAL in kinds)
    assert ("bearer" in opened_by) == bool({CallerKind.API_KEY, CallerKind.VISITOR} & kinds)
    assert {"401", "403"} <= {str(status) for status in op.details["responses"]}


def test_texts_have_every_language_of_the_service() -> None:
    assert list(Texts.model_fields) == [code for code, _name in settings.LANGUAGES]
