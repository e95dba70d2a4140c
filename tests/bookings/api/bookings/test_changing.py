"""The life of a booking, and changes of what somebody has seen."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from bookings.enums import BookingStatus
from bookings.models import Booking
from bookings.services.reschedule_booking import reschedule_booking
from tests.bookings.api.bookings.asking import BOOKINGS, post, wanted
from tests.bookings.api.callers import with_init_data
from tests.bookings.api.conftest import problem_of
from tests.bookings.conftest import HOUR, TOMORROW, Salon, set_policy


def test_the_life_of_a_booking(salon: Salon, client: Client, frozen: time_machine.Traveller) -> None:
    set_policy(auto_confirm=False)
    anna = with_init_data(salon.anna_user)
    booking = post(client, "", wanted(salon)).json()
    assert booking["status"] == "pending"
    path = f"/{booking['id']}"
    assert post(client, f"{path}/confirm").status_code == 403, "a client does not agree to their own wish"
    assert post(anna, f"{path}/confirm").json()["status"] == "confirmed"
    moved = post(client, f"{path}/reschedule", {"starts_at": (TOMORROW + HOUR).isoformat()}).json()
    assert moved["starts_at"]["utc"] == "2026-03-03T10:00:00Z"
    assert moved["version"] == 3
    early = post(anna, f"{path}/complete")
    assert (early.status_code, early.json()["code"]) == (409, "too_early")
    frozen.move_to(TOMORROW + 3 * HOUR)
    assert post(anna, f"{path}/complete").json()["status"] == "done"
    late = post(client, f"{path}/cancel", {})
    assert (late.status_code, late.json()["code"]) == (409, "wrong_status")


def test_who_did_not_come(salon: Salon, admin: Client, frozen: time_machine.Traveller) -> None:
    booking = salon.book()
    frozen.move_to(TOMORROW + 3 * HOUR)
    assert post(admin, f"/{booking.id}/no-show").json()["status"] == "no_show"


def test_a_client_cancels_in_time_only(salon: Salon, client: Client, frozen: time_machine.Traveller) -> None:
    booking = salon.book()
    frozen.move_to(TOMORROW - timedelta(minutes=119))
    answer = post(client, f"/{booking.id}/cancel", {})
    assert (answer.status_code, problem_of(answer)["code"]) == (409, "too_late")


def test_somebody_else_gives_it(salon: Salon, admin: Client) -> None:
    booking = salon.book()
    answer = post(admin, f"/{booking.id}/reassign", {"specialist_id": salon.boris.pk})
    assert answer.json()["items"][0]["specialist_id"] == salon.boris.pk
    refused = post(with_init_data(salon.anna_user), f"/{booking.id}/reassign", {"specialist_id": salon.anna.pk})
    assert refused.status_code == 404, "it is not hers any more"


def test_what_was_seen_can_be_changed(salon: Salon, client: Client) -> None:
    booking = salon.book()
    etag = client.get(f"{BOOKINGS}/{booking.id}")["ETag"]
    answer = post(client, f"/{booking.id}/cancel", {}, If_Match=etag)
    assert answer.status_code == 200
    assert answer["ETag"] != etag


@pytest.mark.parametrize("stated", ["header", "body"])
def test_what_has_changed_since_is_left_alone(salon: Salon, client: Client, stated: str) -> None:
    booking = salon.book()
    etag = client.get(f"{BOOKINGS}/{booking.id}")["ETag"]
    reschedule_booking(actor=salon.as_admin, booking_id=booking.id, starts_at=TOMORROW + HOUR)
    if stated == "header":
        answer = post(client, f"/{booking.id}/cancel", {}, If_Match=etag)
    else:
        answer = post(client, f"/{booking.id}/cancel", {"expected_version": 1})
    problem = problem_of(answer)
    expected = (412, "precondition_failed") if stated == "header" else (409, "stale_version")
    assert (answer.status_code, problem["code"]) == expected
    assert problem["details"] == {"version": 2}
    assert Booking.objects.get(pk=booking.id).status == BookingStatus.CONFIRMED


def test_what_is_said_twice_holds_twice(salon: Salon, client: Client) -> None:
    booking = salon.book()
    etag = client.get(f"{BOOKINGS}/{booking.id}")["ETag"]
    moved = {"starts_at": (TOMORROW + HOUR).isoformat()}
    refused = post(client, f"/{booking.id}/reschedule", {**moved, "expected_version": 9}, If_Match=etag)
    assert (refused.status_code, problem_of(refused)["code"]) == (412, "precondition_failed")
    assert Booking.objects.get(pk=booking.id).starts_at == TOMORROW
    assert (
        post(client, f"/{booking.id}/reschedule", {**moved, "expected_version": 1}, If_Match=etag).status_code
        == 200
    )


def test_a_weak_etag_is_not_enough(salon: Salon, client: Client) -> None:
    booking = salon.book()
    etag = client.get(f"{BOOKINGS}/{booking.id}")["ETag"]
    refused = post(client, f"/{booking.id}/cancel", {}, If_Match=f"W/{etag}")
    assert (refused.status_code, problem_of(refused)["code"]) == (412, "precondition_failed")
    assert Booking.objects.get(pk=booking.id).status == BookingStatus.CONFIRMED


def test_the_same_request_again_is_the_same_also_with_if_match(salon: Salon, client: Client) -> None:
    booking = salon.book()
    etag = client.get(f"{BOOKINGS}/{booking.id}")["ETag"]
    headers = {"If_Match": etag, "Idempotency_Key": "c"}
    answers = [post(client, f"/{booking.id}/cancel", {}, **headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]


def test_what_was_just_written_can_be_changed_as_it_was_answered(salon: Salon, client: Client) -> None:
    made = post(client, "", wanted(salon))
    moved = post(
        client,
        f"/{made.json()['id']}/reschedule",
        {"starts_at": (TOMORROW + HOUR).isoformat()},
        If_Match=made["ETag"],
    )
    assert moved.status_code == 200
    assert (made["ETag"][:4], moved["ETag"][:4]) == ('"v1-', '"v2-')
    assert client.get(made["Location"])["ETag"] == moved["ETag"]

    late = post(client, f"/{made.json()['id']}/cancel", {}, If_Match=made["ETag"])
    assert (late.status_code, problem_of(late)["code"]) == (412, "precondition_failed")
    assert post(client, f"/{made.json()['id']}/cancel", {}, If_Match=moved["ETag"]).status_code == 200


@pytest.mark.parametrize("header", ['"something"', "v1", '"v1"', '"v99999999999-' + "0" * 32 + '"', ","])
def test_an_etag_of_something_else_matches_nothing(salon: Salon, client: Client, header: str) -> None:
    booking = salon.book()
    assert post(client, f"/{booking.id}/cancel", {}, If_Match=header).status_code == 412


def test_any_version_will_do_for_a_star(salon: Salon, client: Client) -> None:
    assert post(client, f"/{salon.book().id}/cancel", {}, If_Match="*").status_code == 200
