"""Recurring bookings, calendars as files, statistics, and what a person wants to be told, over HTTP."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client

from bookings.enums import DiscountKind
from bookings.models import Booking, Promotion, User
from bookings.read_models import ItemRequest
from bookings.services.complete_booking import complete_booking
from notifications.models import PushSubscription
from tests.bookings.api.callers import public, with_init_data, with_key, with_session, with_token
from tests.bookings.api.conftest import Answer, problem_of
from tests.bookings.conftest import HOUR, TOMORROW, Salon

API = "/api/v1"
WEEK = timedelta(weeks=1)


def send(client: Client, method: str, path: str, body: object, **headers: str) -> Answer:
    return client.generic(
        method, API + path, json.dumps(body), content_type="application/json", headers=headers or None
    )


def rhythm(salon: Salon, **changes: Any) -> dict[str, Any]:
    return {
        "location_id": salon.location.pk,
        "items": [{"service_id": salon.service.pk, "specialist_id": salon.anna.pk}],
        "starts_at": TOMORROW.isoformat(),
        "every_weeks": 1,
        "times": 3,
        **changes,
    }


def test_a_date_of_a_series_is_swapped(salon: Salon) -> None:
    client = with_token(salon.client)
    salon.book(TOMORROW + WEEK, actor=salon.as_admin, client_id=salon.stranger.pk)
    swap = {"visit": 2, "starts_at": (TOMORROW + WEEK + HOUR).isoformat()}

    second = send(client, "POST", "/series/plan", rhythm(salon, swaps=[swap])).json()["visits"][1]
    assert (second["is_free"], second["instead_of"]["utc"]) == (True, "2026-03-10T09:00:00Z")
    made = send(client, "POST", "/series", rhythm(salon, swaps=[swap]))
    assert (made.status_code, len(made.json()["bookings"])) == (201, 3)

    far = {"visit": 2, "starts_at": (TOMORROW + 2 * WEEK).isoformat()}
    refused = send(client, "POST", "/series/plan", rhythm(salon, swaps=[far]))
    assert (refused.status_code, problem_of(refused)["code"]) == (422, "invalid_value")


def test_a_series_is_planned_booked_and_cancelled(salon: Salon) -> None:
    client = with_token(salon.client)
    salon.book(TOMORROW + WEEK, actor=salon.as_admin, client_id=salon.stranger.pk)

    plan = send(client, "POST", "/series/plan", rhythm(salon)).json()
    assert [(visit["is_free"], visit["code"]) for visit in plan["visits"]] == [
        (True, ""), (False, "slot_taken"), (True, ""),
    ]  # fmt: skip
    assert plan["price"] == "100.00"
    assert Booking.objects.filter(client=salon.client).count() == 0

    refused = send(client, "POST", "/series", rhythm(salon))
    problem = problem_of(refused)
    assert (refused.status_code, problem["code"]) == (409, "series_conflict")
    assert problem["details"]["conflicts"] == [plan["visits"][1]["starts_at"]]
    body, key = rhythm(salon, skip_conflicts=True), {"Idempotency-Key": "s"}
    made, again = (send(client, "POST", "/series", body, **key) for _ in range(2))
    assert (made.status_code, again.json()) == (201, made.json())
    assert len(made.json()["bookings"]) == 2
    assert client.get(made["Location"]).json() == made.json()

    later = made.json()["bookings"][1]["id"]
    path = f"/series/{made.json()['id']}/cancel"
    left = send(client, "POST", path, {"from_booking_id": later}).json()
    assert [booking["status"] for booking in left["bookings"]] == ["confirmed", "cancelled"]


def test_the_key_of_a_cancelled_series_is_good_for_that_alone(salon: Salon) -> None:
    client, key = with_token(salon.client), {"Idempotency-Key": "c"}
    made = send(client, "POST", "/series", rhythm(salon)).json()
    path = f"/series/{made['id']}/cancel"
    last, first = ({"from_booking_id": made["bookings"][number]["id"]} for number in (2, 0))
    left = send(client, "POST", path, last, **key)

    assert send(client, "POST", path, last, **key).json() == left.json()
    for other in (first, {}, {**last, "reason": "Flu"}):
        refused = send(client, "POST", path, other, **key)
        assert (refused.status_code, problem_of(refused)["code"]) == (409, "idempotency_conflict")
    assert Booking.objects.filter(status="cancelled").count() == 1


def test_the_same_request_changes_the_address_of_a_calendar_once(salon: Salon) -> None:
    anna, other = with_init_data(salon.anna_user), f"/calendar/specialists/{salon.boris.pk}/feed"
    path = f"/calendar/specialists/{salon.anna.pk}/feed"
    first, again = (send(anna, "POST", path, {}, **{"Idempotency-Key": "f"}).json() for _ in range(2))
    assert again == first
    assert public().get(urlsplit(first["url"]).path).status_code == 200

    assert send(anna, "POST", path, {}).json() != first
    admin, key = with_session(salon.admin), {"Idempotency-Key": "f"}
    send(admin, "POST", path, {}, **key)
    conflict = send(admin, "POST", other, {}, **key)
    assert (conflict.status_code, problem_of(conflict)["code"]) == (409, "idempotency_conflict")


def test_a_code_takes_something_off_each_visit_of_a_series(salon: Salon) -> None:
    promotion = Promotion.objects.create(code="SPRING", kind=DiscountKind.AMOUNT, value=5, usage_limit=3)
    client, body = with_token(salon.client), rhythm(salon, promo_code="spring")

    plan = send(client, "POST", "/series/plan", body).json()
    assert (plan["price"], plan["discount"]) == ("150.00", "15.00")
    made = send(client, "POST", "/series", body)
    assert [(one["price"], one["promo_code"]) for one in made.json()["bookings"]] == [("45.00", "SPRING")] * 3

    again = send(client, "POST", "/series", {**body, "starts_at": (TOMORROW + HOUR).isoformat()})
    problem = problem_of(again)
    assert (again.status_code, problem["code"], problem["details"]) == (
        409, "promotion_refused", {"reason": "used_up", "visit": 1},
    )  # fmt: skip
    promotion.refresh_from_db()
    assert promotion.used == 3


@pytest.mark.parametrize("wrong", [{"every_weeks": 0}, {"every_weeks": 53}, {"times": 1}, {"times": 53}])
def test_a_rhythm_has_bounds(salon: Salon, wrong: dict[str, int]) -> None:
    assert send(with_token(salon.client), "POST", "/series", rhythm(salon, **wrong)).status_code == 422


def test_a_booking_is_a_file_for_those_whose_business_it_is(salon: Salon) -> None:
    path = f"{API}/bookings/{salon.book().id}.ics"
    for client in (with_token(salon.client), with_init_data(salon.anna_user), with_session(salon.admin)):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert b"DTSTART:20260303T090000Z" in answer.content
    assert with_token(salon.stranger).get(path).status_code == 404
    assert public().get(path).status_code == 401


def test_a_calendar_has_a_secret_address(salon: Salon) -> None:
    salon.book()
    anna = with_init_data(salon.anna_user)
    path = f"{API}/calendar/specialists/{salon.anna.pk}/feed"
    url = anna.get(path).json()["url"]
    assert anna.get(path).json()["url"] == url
    old = urlsplit(url).path
    feed = public().get(old)
    assert feed.status_code == 200
    assert feed.content.count(b"BEGIN:VEVENT") == 1
    assert public().get(old, headers={"If-None-Match": feed["ETag"]}).status_code == 304

    new = urlsplit(anna.post(path).json()["url"]).path
    assert (public().get(old).status_code, public().get(new).status_code) == (404, 200)
    assert public().get(f"{API}/calendar/{'0' * 64}.ics").status_code == 404
    for dismissed in ({"is_banned": True}, {"is_active": False}):
        User.objects.filter(pk=salon.anna_user.pk).update(**{"is_banned": False, "is_active": True, **dismissed})
        assert public().get(new).status_code == 404


def test_the_address_of_a_colleague_is_not_given(salon: Salon) -> None:
    path = f"{API}/calendar/specialists/{salon.boris.pk}/feed"
    for client in (with_init_data(salon.anna_user), with_init_data(salon.client)):
        assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)
    assert with_key(salon.admin).get(path).status_code == 200


DATES = {"date_from": "2026-03-02", "date_to": "2026-03-08"}


def test_figures_of_a_week(salon: Salon, frozen: time_machine.Traveller) -> None:
    done = salon.book()
    salon.book(TOMORROW + HOUR, items=[ItemRequest(salon.service.pk, salon.boris.pk)])
    frozen.move_to(TOMORROW + 3 * HOUR)
    complete_booking(actor=salon.as_admin, booking_id=done.id)
    admin = with_session(salon.admin)

    def ask(**query: Any) -> dict[str, Any]:
        answer: dict[str, Any] = admin.get(f"{API}/statistics", {**DATES, **query}).json()
        assert answer["currency"] == "EUR"
        return answer

    total = ask()["total"]
    assert (total["visits"], total["booked"], total["revenue"]) == (1, 2, "50.00")
    rows = {row["id"]: row for row in ask(group_by="specialist")["rows"]}
    assert (rows[salon.anna.pk]["visits"], rows[salon.boris.pk]["visits"]) == (1, 0)
    assert rows[salon.anna.pk]["name"]["en"] == salon.anna.name.localize("en")
    days = ask(group_by="day")["rows"]
    assert [row["day"] for row in days if row["booked"]] == ["2026-03-03"]
    assert ask(group_by="service")["rows"][0]["occupancy"] is None
    assert ask(specialist_id=salon.boris.pk)["total"]["visits"] == 0


def test_a_specialist_sees_their_own_figures(salon: Salon) -> None:
    anna = with_init_data(salon.anna_user)

    def status(**query: Any) -> int:
        code: int = anna.get(f"{API}/statistics", {**DATES, **query}).status_code
        return code

    assert status(specialist_id=salon.anna.pk) == 200
    assert status(specialist_id=salon.boris.pk) == 404
    assert status() == 403
    assert with_token(salon.anna_user).get(f"{API}/statistics", DATES).status_code == 403


#: A point of the curve and 16 bytes, as a browser sends them.
KEYS = {
    "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    "auth": "tBHItJI5svbpez7KI4CCXg",
}
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"


def test_a_browser_is_told_and_told_no_longer(salon: Salon) -> None:
    client = with_token(salon.client)
    assert len(public().get(f"{API}/push/key").json()["public_key"]) == 87
    browser = {"endpoint": ENDPOINT, "expirationTime": None, "keys": KEYS}
    for _ in range(2):
        assert send(client, "POST", "/push/subscriptions", browser).status_code == 204
    assert PushSubscription.objects.get().user_id == salon.client.pk
    for _ in range(2):
        assert send(client, "POST", "/push/unsubscribe", {"endpoint": ENDPOINT}).status_code == 204
    assert not PushSubscription.objects.exists()


def test_a_browser_of_somebody_else_stays(salon: Salon) -> None:
    send(with_token(salon.client), "POST", "/push/subscriptions", {"endpoint": ENDPOINT, "keys": KEYS})
    send(with_token(salon.stranger), "POST", "/push/unsubscribe", {"endpoint": ENDPOINT})
    assert PushSubscription.objects.get().user_id == salon.client.pk


@pytest.mark.parametrize(
    "endpoint", ["http://fcm.googleapis.com/x", "https://evil.example/x", "https://127.0.0.1/"]
)
def test_only_push_services_are_called(salon: Salon, endpoint: str) -> None:
    body = {"endpoint": endpoint, "keys": KEYS}
    answer = send(with_token(salon.client), "POST", "/push/subscriptions", body)
    assert (answer.status_code, problem_of(answer)["details"]["field"]) == (422, "endpoint")


def test_what_i_want_to_be_told(salon: Salon) -> None:
    client = with_init_data(salon.client)
    wanted = client.get(f"{API}/me/notifications").json()
    assert wanted["reminders"] is True
    wanted |= {"reminders": False, "quiet_from": "22:00", "quiet_until": "08:30", "zone": "Asia/Tokyo"}
    assert send(client, "PUT", "/me/notifications", wanted).json() == wanted
    assert client.get(f"{API}/me/notifications").json() == wanted
    half = {**wanted, "quiet_until": None}
    assert problem_of(send(client, "PUT", "/me/notifications", half))["code"] == "invalid_value"


@pytest.mark.parametrize("whose", ["specialists", "locations"])
def test_a_slip_in_an_id_is_no_empty_calendar(salon: Salon, whose: str) -> None:
    answer = with_key(salon.admin).get(
        f"{API}/calendar/{whose}/999999", {"date_from": "2026-03-03", "date_to": "2026-03-04"}
    )
    assert (answer.status_code, problem_of(answer)["code"]) == (404, "not_found")
