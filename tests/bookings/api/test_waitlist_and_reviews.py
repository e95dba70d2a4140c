"""Waiting, reviewing and promotion codes over HTTP."""

import json
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from bookings.enums import DiscountKind
from bookings.models import Promotion
from bookings.services.complete_booking import complete_booking
from bookings.services.waitlist_matching import expire_offers
from tests.bookings.api.callers import public, with_init_data, with_key, with_session, with_token
from tests.bookings.api.conftest import Answer, problem_of
from tests.bookings.conftest import HOUR, TOMORROW, Salon
from tests.factories.salon import both

API = "/api/v1"


def post(client: Client, path: str, body: object = None, **headers: str) -> Answer:
    return client.post(
        API + path, json.dumps({} if body is None else body), content_type="application/json", headers=headers
    )


def wish(salon: Salon, **changes: Any) -> dict[str, Any]:
    items = [{"service_id": salon.service.pk, "specialist_id": salon.anna.pk}]
    return {"location_id": salon.location.pk, "items": items, **changes}


def wait(client: Client, salon: Salon, **changes: Any) -> Answer:
    return post(client, "/waitlist", wish(salon, date_from="2026-03-03", date_to="2026-03-04", **changes))


def test_a_client_joins_and_leaves(salon: Salon) -> None:
    client = with_token(salon.client)
    answer = wait(client, salon, part_of_day="evening")
    assert answer.status_code == 201
    entry = answer.json()
    assert (entry["client_id"], entry["part_of_day"], entry["zone"]) == (
        salon.client.pk, "evening", "Europe/Berlin",
    )  # fmt: skip
    assert client.get(answer["Location"]).json()["id"] == entry["id"]
    assert [one["id"] for one in client.get(f"{API}/waitlist").json()["items"]] == [entry["id"]]
    assert problem_of(wait(client, salon, part_of_day="evening"))["code"] == "already_waiting"
    assert post(client, f"/waitlist/{entry['id']}/leave").json()["state"] == "left"
    assert client.get(f"{API}/waitlist").json()["items"] == []


def test_an_offer_is_declined_or_taken(salon: Salon) -> None:
    client = with_init_data(salon.client)
    entry = wait(client, salon).json()
    path = f"/waitlist/{entry['id']}"
    assert problem_of(post(client, f"{path}/decline"))["code"] == "offer_over"
    expire_offers()
    offer = client.get(API + path).json()["offer"]
    assert offer["starts_at"]["local"].startswith("2026-03-03T")
    booked = [post(client, f"{path}/accept", {}) for _ in range(2)]
    assert [answer.status_code for answer in booked] == [200, 200]
    assert booked[0].json()["id"] == booked[1].json()["id"]
    assert booked[0].json()["starts_at"] == offer["starts_at"]
    assert client.get(API + path).json()["booking_id"] == booked[0].json()["id"]


def test_the_whole_line_is_for_admins(salon: Salon) -> None:
    entry = wait(with_token(salon.client), salon).json()
    line = f"{API}/waitlist?location_id={salon.location.pk}"
    assert [one["id"] for one in with_session(salon.admin).get(line).json()["items"]] == [entry["id"]]
    for client in (with_token(salon.client), with_init_data(salon.anna_user)):
        assert client.get(line).status_code == 403


def test_a_program_waits_for_a_client(salon: Salon) -> None:
    key = with_key(salon.admin)
    assert wait(key, salon).status_code == 422
    assert wait(key, salon, client_id=salon.client.pk).json()["client_id"] == salon.client.pk


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"date_to": "2026-03-02"}, "range_reversed"),
        ({"date_to": "2026-06-02"}, "range_too_long"),
        ({"date_from": "2026-03-01", "date_to": "2026-03-01"}, "invalid_value"),
        ({"part_of_day": "night"}, "invalid_request"),
    ],
)
def test_dates_that_cannot_be_waited_for(salon: Salon, wrong: dict[str, str], code: str) -> None:
    body = wish(salon, **{"date_from": "2026-03-03", "date_to": "2026-03-03", **wrong})
    answer = post(with_token(salon.client), "/waitlist", body)
    assert (answer.status_code, problem_of(answer)["code"]) == (422, code)


# -- reviews --------------------------------------------------------------------------------------------------


@pytest.fixture
def visit(salon: Salon, frozen: time_machine.Traveller) -> int:
    """A visit that has taken place."""
    booking = salon.book()
    frozen.move_to(TOMORROW + 2 * HOUR)
    complete_booking(actor=salon.as_admin, booking_id=booking.id)
    return booking.id


def test_a_visit_is_reviewed_once(salon: Salon, visit: int) -> None:
    client = with_token(salon.client)
    path = f"/bookings/{visit}/review"
    assert client.get(API + path).status_code == 404
    answer = post(client, path, {"rating": 4, "text": "Good"}, **{"Idempotency-Key": "r"})
    assert answer.status_code == 201
    assert post(client, path, {"rating": 4, "text": "Good"}, **{"Idempotency-Key": "r"}).json() == answer.json()
    assert client.get(API + path).json() == answer.json()
    assert problem_of(post(client, path, {"rating": 5}))["code"] == "already_reviewed"
    assert post(with_session(salon.admin), path, {"rating": 5}).status_code == 403
    assert post(client, path, {"rating": 6}).status_code == 422


@pytest.mark.parametrize("rating", [True, "4", 4.5])
def test_a_rating_is_a_whole_number(salon: Salon, visit: int, rating: object) -> None:
    problem = problem_of(post(with_token(salon.client), f"/bookings/{visit}/review", {"rating": rating}))

    assert [(error["in"], error["name"]) for error in problem["errors"]] == [("body", "rating")]


@pytest.mark.parametrize("truth", ["off", "false", 0, 1.0, [True]])
def test_hidden_is_true_or_false(salon: Salon, visit: int, truth: object) -> None:
    review = post(with_token(salon.client), f"/bookings/{visit}/review", {"rating": 4}).json()
    problem = problem_of(post(with_session(salon.admin), f"/reviews/{review['id']}/hide", {"is_hidden": truth}))

    assert [(error["in"], error["name"]) for error in problem["errors"]] == [("body", "is_hidden")]


def test_who_has_given_no_name_is_nobody_in_particular(salon: Salon, visit: int) -> None:
    salon.client.first_name, salon.client.last_name, salon.client.tg_username = "", "", "john_doe_1980"
    salon.client.save()
    review = post(with_token(salon.client), f"/bookings/{visit}/review", {"rating": 4}).json()

    assert review["author"] == ""
    assert "john" not in public().get(f"{API}/reviews").content.decode()


def test_the_public_reads_a_first_name_and_nothing_more(salon: Salon, visit: int) -> None:
    salon.client.first_name, salon.client.last_name = "Vera", "Sekretova"
    salon.client.save()
    review = post(with_token(salon.client), f"/bookings/{visit}/review", {"rating": 4, "text": "Good"}).json()
    answer = public().get(f"{API}/reviews", {"specialist_id": salon.anna.pk})
    (shown,) = answer.json()["items"]
    assert (shown["author"], shown["rating"], shown["text"]) == ("Vera", 4, "Good")
    assert "Sekretova" not in answer.content.decode()
    assert not {"client_id", "booking_id", "is_hidden"} & set(shown)
    assert public().get(f"{API}/reviews", {"specialist_id": salon.boris.pk}).json()["items"] == []

    admin = with_session(salon.admin)
    answered = post(admin, f"/reviews/{review['id']}/reply", {"reply": "Thank you"}).json()
    assert (answered["reply"], answered["booking_id"]) == ("Thank you", visit)
    assert post(admin, f"/reviews/{review['id']}/hide", {}).json()["is_hidden"] is True
    assert public().get(f"{API}/reviews").json()["items"] == []
    assert len(admin.get(f"{API}/reviews").json()["items"]) == 1
    post(admin, f"/reviews/{review['id']}/hide", {"is_hidden": False})
    assert len(public().get(f"{API}/reviews").json()["items"]) == 1


# -- promotions -----------------------------------------------------------------------------------------------


def test_what_a_code_takes_off(salon: Salon) -> None:
    Promotion.objects.create(
        code="SPRING", name=both("Весна", "Spring"), kind=DiscountKind.PERCENT, value=Decimal(20)
    )
    client = with_token(salon.client)
    quote = post(client, "/promotions/check", wish(salon, code="spring")).json()
    assert (quote["price"], quote["discount"], quote["total"]) == ("50.00", "10.00", "40.00")
    refused = problem_of(post(client, "/promotions/check", wish(salon, code="none")))
    assert (refused["code"], refused["details"]) == ("promotion_refused", {"reason": "unknown"})
    booked = post(client, "/bookings", wish(salon, starts_at=TOMORROW.isoformat(), promo_code="spring")).json()
    assert (booked["price"], booked["discount"], booked["promo_code"]) == ("40.00", "10.00", "SPRING")
