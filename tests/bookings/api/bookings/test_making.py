"""Bookings made over HTTP, and refused."""

import json
from typing import Any

import pytest
from django.test import Client

from bookings.enums import Scope
from bookings.models import Booking, StatusChange
from tests.bookings.api.bookings.asking import BOOKINGS, post, wanted
from tests.bookings.api.callers import with_init_data, with_key, with_session, with_token
from tests.bookings.api.conftest import problem_of
from tests.bookings.conftest import HOUR, TOMORROW, Salon
from tests.factories import ServiceFactory, SpecialistFactory


def test_a_client_books_for_themselves(salon: Salon, client: Client) -> None:
    answer = post(client, "", wanted(salon, starts_at="2026-03-03T10:00:00+01:00", comment="by the window"))
    assert answer.status_code == 201
    told = answer.json()
    assert answer["Location"] == f"{BOOKINGS}/{told['id']}"
    assert told["status"] == "confirmed"
    assert told["starts_at"] == {"utc": "2026-03-03T09:00:00Z", "local": "2026-03-03T10:00:00+01:00"}
    assert (told["price"], told["discount"], told["currency"]) == ("50.00", "0.00", "EUR")
    assert (told["client"]["id"], told["comment"]) == (salon.client.pk, "by the window")
    (item,) = told["items"]
    assert (item["service_id"], item["specialist_id"]) == (salon.service.pk, salon.anna.pk)
    row = Booking.objects.get(pk=told["id"])
    assert (row.door, row.client_id) == ("api", salon.client.pk)
    change = StatusChange.objects.get(booking=row)
    assert (change.by_user_id, change.trace_id) == (salon.client.pk, answer["X-Trace-Id"])
    assert client.get(answer["Location"]).json() == told


def test_everybody_who_is_known_can_book(salon: Salon) -> None:
    for number, one in enumerate((with_token(salon.client), with_init_data(salon.stranger))):
        start = (TOMORROW + number * HOUR).isoformat()
        assert post(one, "", wanted(salon, starts_at=start)).status_code == 201
    for number, one in enumerate((with_session(salon.admin), with_key(salon.admin)), start=2):
        start = (TOMORROW + number * HOUR).isoformat()
        body = wanted(salon, starts_at=start, client_id=salon.client.pk)
        assert post(one, "", body).json()["client"]["id"] == salon.client.pk


def test_a_program_says_whom_it_books_for(salon: Salon) -> None:
    answer = post(with_key(salon.admin), "", wanted(salon))
    assert answer.status_code == 422
    assert problem_of(answer)["errors"] == [{"in": "body", "name": "client_id", "detail": "Say whom it is for"}]


def test_a_refusal_is_told_in_a_sentence(salon: Salon) -> None:
    """Not as "confirm", the word by which the services know what was asked for."""
    answer = post(with_init_data(salon.client), f"/{salon.book().id}/confirm", {})
    assert (answer.status_code, problem_of(answer)) == (
        403, {"code": "not_allowed", "detail": "You may not do this"},
    )  # fmt: skip


def test_a_key_books_only_with_the_scope_and_the_audit_knows_the_key(salon: Salon) -> None:
    body = wanted(salon, client_id=salon.client.pk)
    assert post(with_key(salon.admin, [Scope.BOOKINGS_READ]), "", body).status_code == 403
    assert post(with_key(salon.admin, [Scope.BOOKINGS_WRITE]), "", body).status_code == 201


def test_a_time_that_is_gone_comes_with_others(salon: Salon, client: Client) -> None:
    salon.book(actor=salon.as_admin, client_id=salon.stranger.pk)
    answer = post(client, "", wanted(salon))
    assert answer.status_code == 409
    problem = problem_of(answer)
    assert problem["code"] == "slot_taken"
    assert problem["alternatives"][:2] == [
        {"utc": "2026-03-03T08:00:00Z", "local": "2026-03-03T09:00:00+01:00"},
        {"utc": "2026-03-03T10:00:00Z", "local": "2026-03-03T11:00:00+01:00"},
    ]


def test_a_visit_that_has_not_begun_says_when_it_does(salon: Salon) -> None:
    answer = post(with_key(salon.admin), f"/{salon.book().id}/complete", {})
    assert problem_of(answer)["details"] == {
        "starts_at": {"utc": "2026-03-03T09:00:00Z", "local": "2026-03-03T10:00:00+01:00"}
    }


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"starts_at": "2026-03-03T10:00:00"}, "starts_at"),
        ({"starts_at": 1772496000}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59:59-14:00"}, "starts_at"),
        ({"items": []}, "items"),
        ({"items": [{"service_id": 1}] * 9}, "items"),
        ({"items": [{"service_id": 0}]}, "items.0.service_id"),
        ({"location_id": 2**63}, "location_id"),
        ({"comment": "a\u0000b"}, "comment"),
        ({"price": "0.01"}, "price"),
        ({"items": [{"service_id": 1, "price": 1}]}, "items.0.price"),
    ],
)
def test_what_is_wrong_is_named(salon: Salon, client: Client, wrong: dict[str, Any], name: str) -> None:
    answer = post(client, "", wanted(salon, **wrong))
    assert answer.status_code == 422
    (error,) = problem_of(answer)["errors"]
    assert (error["in"], error["name"].removeprefix("wanted.")) == ("body", name)
    assert not Booking.objects.exists()


@pytest.mark.parametrize("body", ["", "nope", "[]", '"x"', "null", "{", "\xff"])
def test_what_is_no_body_is_refused(salon: Salon, client: Client, body: str) -> None:
    answer = client.post(BOOKINGS, body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert problem_of(answer)["code"] in ("bad_request", "invalid_request")


@pytest.mark.parametrize("number", [True, "1", 1.5])
def test_whole_numbers_of_a_body_are_whole_numbers(salon: Salon, admin: Client, number: object) -> None:
    for wrong in ({"location_id": number}, {"items": [{"service_id": number}]}):
        body = {"location_id": 1, "items": [{"service_id": 1}], "starts_at": "2026-03-03T10:00:00Z", **wrong}
        problem = problem_of(admin.post(BOOKINGS, json.dumps(body), content_type="application/json"))
        assert [error["name"] for error in problem["errors"]] == (
            ["location_id"] if "location_id" in wrong else ["items.0.service_id"]
        )


@pytest.mark.parametrize("path", [BOOKINGS, "/api/v1/manage/rooms"])
@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"7"])
def test_a_body_that_is_missing_or_no_object_is_called_the_body(admin: Client, path: str, body: bytes) -> None:
    problem = problem_of(admin.post(path, body, content_type="application/json"))

    assert [(error["in"], error["name"]) for error in problem["errors"]] == [("body", "body")]
    assert problem["detail"].startswith("body: ")


def test_a_visit_of_several_services(salon: Salon, client: Client) -> None:
    second = ServiceFactory.create(duration_minutes=30)
    carl = SpecialistFactory.create(at=[salon.location], gives=[second])
    items = [{"service_id": salon.service.pk}, {"service_id": second.pk, "specialist_id": carl.pk}]
    booked = post(client, "", wanted(salon, items=items)).json()
    assert [item["service_id"] for item in booked["items"]] == [salon.service.pk, second.pk]
    assert booked["ends_at"]["utc"] == "2026-03-03T10:30:00Z"
