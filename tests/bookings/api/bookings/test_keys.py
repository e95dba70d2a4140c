"""The same request again: once for each key."""

import pytest
from django.test import Client

from bookings.models import Booking, StatusChange
from tests.bookings.api.bookings.asking import BOOKINGS, post, wanted
from tests.bookings.api.callers import with_key, with_session
from tests.bookings.api.conftest import problem_of
from tests.bookings.conftest import HOUR, TOMORROW, Salon


@pytest.mark.parametrize("key", ["", "k" * 201, "key with spaces", "ключ", "é"])
def test_a_key_for_repetitions_that_cannot_be_one_is_told_what_it_is_made_of(
    salon: Salon, client: Client, key: str
) -> None:
    answer = client.post(BOOKINGS, wanted(salon), content_type="application/json", HTTP_IDEMPOTENCY_KEY=key)
    assert problem_of(answer)["errors"] == [
        {"in": "header", "name": "Idempotency-Key", "detail": "1 to 200 visible ASCII characters"}
    ]


def test_the_same_key_gets_the_same_booking(salon: Salon, client: Client) -> None:
    first = post(client, "", wanted(salon), Idempotency_Key="order-1")
    again = post(client, "", wanted(salon), Idempotency_Key="order-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first["Location"] == again["Location"]
    assert Booking.objects.count() == 1


def test_the_same_key_for_another_wish_is_a_conflict(salon: Salon, client: Client) -> None:
    post(client, "", wanted(salon), Idempotency_Key="order-1")
    answer = post(client, "", wanted(salon, comment="other"), Idempotency_Key="order-1")
    assert answer.status_code == 409
    assert problem_of(answer)["code"] == "idempotency_conflict"


def test_a_key_belongs_to_its_caller(salon: Salon, client: Client) -> None:
    """Also where two callers are the same person: a program must not get what its owner has done by hand."""
    body = wanted(salon, client_id=salon.client.pk)
    keys = [with_key(salon.admin), with_key(salon.admin), with_session(salon.admin)]
    starts = [(TOMORROW + number * HOUR).isoformat() for number in range(3)]
    made = [
        post(one, "", {**body, "starts_at": start}, Idempotency_Key="order-1").status_code
        for one, start in zip(keys, starts, strict=True)
    ]
    assert made == [201, 201, 201]
    assert post(client, "", wanted(salon, starts_at=starts[0]), Idempotency_Key="order-1").status_code == 409


@pytest.mark.parametrize("key", ["", "a b", "ключ", "x" * 201])
def test_what_is_no_key_is_refused(salon: Salon, client: Client, key: str) -> None:
    answer = post(client, "", wanted(salon), Idempotency_Key=key)
    assert answer.status_code == 422
    assert problem_of(answer)["errors"][0]["in"] == "header"
    assert not Booking.objects.exists()


def test_a_change_is_made_once_for_each_key(salon: Salon, client: Client) -> None:
    booking = salon.book()
    answers = [post(client, f"/{booking.id}/cancel", {"reason": "ill"}, Idempotency_Key="c") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert StatusChange.objects.filter(booking=booking.id, to_status="cancelled").count() == 1
