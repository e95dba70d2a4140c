"""Days off and group sessions over HTTP."""

from typing import Any

import pytest
from django.test import Client

from bookings.models import Booking, CalendarOverride, GroupSession, SpecialistService
from tests.bookings.api.callers import public, with_init_data, with_key, with_session, with_token
from tests.bookings.api.conftest import problem_of
from tests.bookings.api.test_series_files_and_figures import API, send
from tests.bookings.conftest import HOUR, TOMORROW, Salon
from tests.factories import RoomFactory, ServiceFactory

DATES = {"date_from": "2026-03-03", "date_to": "2026-03-03"}


def day_off(salon: Salon, **changes: Any) -> dict[str, Any]:
    return {"specialist_id": salon.anna.pk, **DATES, **changes}


def test_a_day_is_taken_off_and_worked_after_all(salon: Salon) -> None:
    booking, anna = salon.book(), with_init_data(salon.anna_user)

    made = send(anna, "POST", "/time-off", day_off(salon, reason="Dentist"))
    assert made.status_code == 201
    told = made.json()
    assert [one["id"] for one in told.pop("affected")] == [booking.id]
    assert told == {
        "id": told["id"], "specialist_id": salon.anna.pk, "location_id": None, "room_id": None, **DATES,
        "starts_at": None, "ends_at": None, "over_midnight": False, "reason": "Dentist",
    }  # fmt: skip
    assert anna.get(made["Location"]).json() == told
    assert anna.get(f"{API}/time-off", {"specialist_id": salon.anna.pk}).json() == {"items": [told], "next": None}
    refused = send(with_token(salon.stranger), "POST", "/bookings", booking_of(salon))
    assert problem_of(refused)["code"] == "slot_unavailable"

    assert anna.delete(made["Location"]).status_code == 204
    assert problem_of(anna.delete(made["Location"]))["code"] == "not_found"


def booking_of(salon: Salon) -> dict[str, Any]:
    return {
        "location_id": salon.location.pk,
        "items": [{"service_id": salon.service.pk, "specialist_id": salon.anna.pk}],
        "starts_at": (TOMORROW + 3 * HOUR).isoformat(),
    }


def test_the_same_request_closes_once(salon: Salon) -> None:
    anna, key = with_init_data(salon.anna_user), {"Idempotency-Key": "k"}
    made, again = (send(anna, "POST", "/time-off", day_off(salon), **key) for _ in range(2))

    assert (made.status_code, again.json()) == (201, made.json())
    assert CalendarOverride.objects.count() == 1
    other = send(anna, "POST", "/time-off", day_off(salon, reason="other"), **key)
    assert problem_of(other)["code"] == "idempotency_conflict"
    for _attempt in range(2):
        assert send(anna, "DELETE", made["Location"].removeprefix(API), {}, **key).status_code == 204


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"date_to": "2026-03-02"}, 422, "range_reversed"),
        ({"date_to": "2027-03-04"}, 422, "range_too_long"),
        ({"starts_at": "14:00"}, 422, "invalid_value"),
        ({"starts_at": "14:00", "ends_at": "13:00"}, 422, "hours_reversed"),
        ({"starts_at": "14:00", "ends_at": "15:00", "over_midnight": True}, 422, "hours_reversed"),
        ({"starts_at": "24:00", "ends_at": "15:00"}, 422, "invalid_request"),
        ({"reason": "x" * 201}, 422, "invalid_text"),
        ({"specialist_id": None}, 403, "not_allowed"),
        ({"specialist_id": None, "location_id": 1}, 403, "not_allowed"),
        ({"specialist_id": 999_999}, 404, "not_found"),
        ({"invented": 1}, 422, "invalid_request"),
    ],
)
def test_what_cannot_be_taken_off(salon: Salon, changes: dict[str, Any], status: int, code: str) -> None:
    answer = send(with_init_data(salon.anna_user), "POST", "/time-off", day_off(salon, **changes))

    problem = problem_of(answer)
    assert (answer.status_code, problem["code"]) == (status, code)
    if code == "invalid_text":
        assert [error["name"] for error in problem["errors"]] == ["reason"]
    assert not CalendarOverride.objects.exists()


def test_a_night_and_a_place_are_closed_by_an_admin(salon: Salon) -> None:
    key = with_key(salon.admin)
    night = {"starts_at": "22:00", "ends_at": "02:00", "over_midnight": True}
    places = ({"location_id": salon.location.pk}, {"room_id": RoomFactory.create(location=salon.location).pk})
    made = [send(key, "POST", "/time-off", {**DATES, **night, **place}).json() for place in places]

    assert [(one["location_id"], one["room_id"]) for one in made] == [
        (salon.location.pk, None), (None, places[1]["room_id"]),
    ]  # fmt: skip
    assert {(one["starts_at"], one["ends_at"], one["over_midnight"]) for one in made} == {("22:00", "02:00", True)}
    first = key.get(f"{API}/time-off", {"limit": 1}).json()
    rest = key.get(f"{API}/time-off", {"limit": 1, "after": first["next"]}).json()
    assert ([one["id"] for one in first["items"] + rest["items"]], rest["next"]) == (
        [one["id"] for one in made], None,
    )  # fmt: skip


def test_the_calendar_of_a_colleague_is_not_there(salon: Salon) -> None:
    of_boris = send(with_key(salon.admin), "POST", "/time-off", day_off(salon, specialist_id=salon.boris.pk))
    anna, path = with_init_data(salon.anna_user), of_boris["Location"]

    assert problem_of(send(anna, "POST", "/time-off", day_off(salon, specialist_id=salon.boris.pk)))["code"] == (
        "not_found"
    )
    assert {anna.get(path).status_code, anna.delete(path).status_code} == {404}
    assert anna.get(f"{API}/time-off", {"specialist_id": salon.boris.pk}).status_code == 404
    assert anna.get(f"{API}/time-off").json() == {"items": [], "next": None}, "who names nobody means themselves"
    assert CalendarOverride.objects.count() == 1


def test_a_specialist_who_names_nobody_sees_their_own(salon: Salon) -> None:
    admin, anna = with_key(salon.admin), with_init_data(salon.anna_user)
    mine = send(anna, "POST", "/time-off", day_off(salon)).json()["id"]
    for other in ({"specialist_id": salon.boris.pk}, {"specialist_id": None, "location_id": salon.location.pk}):
        assert send(admin, "POST", "/time-off", day_off(salon, **other)).status_code == 201

    assert [one["id"] for one in anna.get(f"{API}/time-off").json()["items"]] == [mine]
    assert len(admin.get(f"{API}/time-off").json()["items"]) == 3
    assert with_init_data(salon.client).get(f"{API}/time-off").status_code == 403


@pytest.fixture
def yoga(salon: Salon) -> Salon:
    """The salon with Anna's class of two."""
    salon.service = ServiceFactory.create(capacity=2)
    SpecialistService.objects.create(specialist=salon.anna, service=salon.service)
    return salon


def session(yoga: Salon, **changes: Any) -> dict[str, Any]:
    return {
        "location_id": yoga.location.pk,
        "service_id": yoga.service.pk,
        "specialist_id": yoga.anna.pk,
        "starts_at": TOMORROW.isoformat(),
        **changes,
    }


def joinable(yoga: Salon, **query: Any) -> list[dict[str, Any]]:
    answer = public().get(f"{API}/locations/{yoga.location.pk}/sessions", {**DATES, **query})
    assert answer.status_code == 200, answer.content
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_a_session_is_opened_joined_and_called_off(yoga: Salon) -> None:
    anna, key = with_init_data(yoga.anna_user), {"Idempotency-Key": "k"}
    made, again = (send(anna, "POST", "/sessions", session(yoga), **key) for _ in range(2))
    assert (made.status_code, again.json()) == (201, made.json())
    assert (made.json()["capacity"], made.json()["seats_left"], made.json()["planned"]) == (2, 2, True)

    (offer,) = joinable(yoga)
    wanted = {"service_id": offer["service_id"], "specialist_id": offer["specialist_id"]}
    seat = {"location_id": yoga.location.pk, "items": [wanted], "starts_at": offer["starts_at"]["local"]}
    booked = send(with_token(yoga.client), "POST", "/bookings", seat)
    assert booked.status_code == 201
    assert [one["seats_left"] for one in joinable(yoga)] == [1]
    assert "Person" not in str(joinable(yoga)), "nobody is told who comes"
    (seen,) = anna.get(f"{API}/sessions", DATES).json()["items"]
    assert seen == anna.get(made["Location"]).json()
    assert [(one["booking_id"], one["client"]["id"]) for one in seen["seats"]] == [
        (booked.json()["id"], yoga.client.pk)
    ]
    send(with_token(yoga.stranger), "POST", "/bookings", seat)
    assert joinable(yoga) == []

    path = made["Location"].removeprefix(API) + "/cancel"
    off, twice = (send(anna, "POST", path, {"reason": "Ill"}, **key) for _ in range(2))
    assert [one["status"] for one in off.json()["bookings"]] == ["cancelled"] * 2
    assert twice.json() == off.json()
    assert anna.get(made["Location"]).status_code == 404
    assert not GroupSession.objects.exists()
    replayed = send(anna, "POST", "/sessions", session(yoga), **key)
    assert (replayed.status_code, problem_of(replayed)["code"]) == (404, "not_found")


def test_what_cannot_be_booked_is_not_offered(yoga: Salon) -> None:
    anna = with_init_data(yoga.anna_user)
    send(anna, "POST", "/sessions", session(yoga))
    assert len(joinable(yoga, service_id=yoga.service.pk)) == 1
    assert joinable(yoga, service_id=999_999) == []
    assert joinable(yoga, date_from="2026-03-04", date_to="2026-03-05") == []

    send(anna, "POST", "/time-off", day_off(yoga))
    assert joinable(yoga) == []


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"specialist_id": 999_999}, 404, "not_found"),
        ({"service_id": 999_999}, 422, "service_unavailable"),
        ({"starts_at": "2026-03-03T03:00:00+01:00"}, 409, "slot_unavailable"),
        ({"starts_at": "2026-03-03T10:00:00"}, 422, "invalid_request"),
    ],
)
def test_what_is_no_session(yoga: Salon, changes: dict[str, Any], status: int, code: str) -> None:
    answer = send(with_init_data(yoga.anna_user), "POST", "/sessions", session(yoga, **changes))
    assert (answer.status_code, problem_of(answer)["code"]) == (status, code)


def test_one_that_is_there_or_has_begun(yoga: Salon, frozen: Any) -> None:
    admin: Client = with_session(yoga.admin)
    made = send(admin, "POST", "/sessions", session(yoga))
    assert problem_of(send(admin, "POST", "/sessions", session(yoga)))["code"] == "slot_taken"
    frozen.move_to(TOMORROW)
    off = send(admin, "POST", made["Location"].removeprefix(API) + "/cancel", {})
    assert (off.status_code, problem_of(off)["code"]) == (409, "session_begun")
    assert not Booking.objects.exists()
