"""Slots of a day, of a range and the next ones. It is Monday, 2 March 2026, 08:00 in Berlin."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.enums import Weekday
from bookings.models import SpecialistService, WorkingHours
from tests.bookings.api.callers import with_key
from tests.bookings.api.conftest import Get, problem_of
from tests.bookings.conftest import Salon, set_policy
from tests.factories import LocationFactory, ServiceFactory, SpecialistFactory


def visit(salon: Salon, **more: Any) -> dict[str, Any]:
    return {"location_id": salon.location.pk, "service": salon.service.pk, **more}


def starts(days_or_slots: dict[str, Any]) -> list[str]:
    return [slot["starts_at"]["local"] for slot in days_or_slots["slots"]]


def test_a_slot_is_given_in_utc_and_as_the_clocks_there_show_it(salon: Salon, get: Get) -> None:
    set_policy(slot_step_minutes=60)
    WorkingHours.objects.filter(specialist=salon.boris).delete()
    WorkingHours.objects.filter(weekday=Weekday.TUESDAY).update(ends_at="11:00")
    answer = get("/slots/day", **visit(salon, date="2026-03-03"))
    assert answer.status_code == 200
    assert answer.json() == {
        "location_id": salon.location.pk,
        "zone": "Europe/Berlin",
        "date": "2026-03-03",
        "state": "free",
        "slots": [
            {
                "starts_at": {"utc": "2026-03-03T08:00:00Z", "local": "2026-03-03T09:00:00+01:00"},
                "ends_at": {"utc": "2026-03-03T09:00:00Z", "local": "2026-03-03T10:00:00+01:00"},
                "specialist_ids": [salon.anna.pk],
                "seats_left": None,
            },
            {
                "starts_at": {"utc": "2026-03-03T09:00:00Z", "local": "2026-03-03T10:00:00+01:00"},
                "ends_at": {"utc": "2026-03-03T10:00:00Z", "local": "2026-03-03T11:00:00+01:00"},
                "specialist_ids": [salon.anna.pk],
                "seats_left": None,
            },
        ],
    }


def test_seats_of_a_group_are_counted(salon: Salon, get: Get) -> None:
    yoga = ServiceFactory.create(capacity=8)
    SpecialistService.objects.create(specialist=salon.anna, service=yoga)
    answer = get("/slots/day", location_id=salon.location.pk, service=yoga.pk, date="2026-03-03")
    assert {slot["seats_left"] for slot in answer.json()["slots"]} == {8}


def test_a_booked_time_is_gone_for_that_specialist_alone(salon: Salon, get: Get) -> None:
    salon.book()  # Anna, 10:00 in Berlin
    service = salon.service.pk

    def at_ten(wanted: str) -> list[list[int]]:
        found = get("/slots/day", **visit(salon, service=wanted, date="2026-03-03")).json()["slots"]
        return [s["specialist_ids"] for s in found if s["starts_at"]["local"] == "2026-03-03T10:00:00+01:00"]

    assert at_ten(f"{service}") == [[salon.boris.pk]]
    assert at_ten(f"{service}:{salon.anna.pk}") == []
    assert at_ten(f"{service}:{salon.boris.pk}") == [[salon.boris.pk]]


def test_several_services_are_one_visit_in_their_order(salon: Salon, get: Get) -> None:
    nails = ServiceFactory.create(duration_minutes=30)
    SpecialistService.objects.create(specialist=salon.anna, service=nails)
    wanted = [f"{salon.service.pk}:{salon.boris.pk}", f"{nails.pk}"]
    first = get("/slots/day", **visit(salon, service=wanted, date="2026-03-03")).json()["slots"][0]
    assert (first["starts_at"]["local"], first["ends_at"]["local"], first["specialist_ids"]) == (
        "2026-03-03T09:00:00+01:00",
        "2026-03-03T10:30:00+01:00",
        [salon.boris.pk],
    )


def test_a_range_has_every_date_with_its_state(salon: Salon, get: Get) -> None:
    set_policy(horizon_days=3)
    WorkingHours.objects.filter(weekday=Weekday.TUESDAY).delete()
    answer = get("/slots/range", **visit(salon, date_from="2026-03-01", date_to="2026-03-06")).json()
    assert (answer["location_id"], answer["zone"]) == (salon.location.pk, "Europe/Berlin")
    assert [(day["date"], day["state"], bool(day["slots"])) for day in answer["days"]] == [
        ("2026-03-01", "past", False),
        ("2026-03-02", "free", True),
        ("2026-03-03", "closed", False),
        ("2026-03-04", "free", True),
        ("2026-03-05", "free", True),
        ("2026-03-06", "beyond", False),
    ]


def test_a_day_of_a_range_is_what_the_day_itself_says(salon: Salon, get: Get) -> None:
    day = get("/slots/day", **visit(salon, date="2026-03-03")).json()
    ranged = get("/slots/range", **visit(salon, date_from="2026-03-02", date_to="2026-03-03")).json()
    assert ranged["days"][1] == {name: day[name] for name in ("date", "state", "slots")}


def test_offsets_follow_the_clock_change(salon: Salon, get: Get) -> None:
    set_policy(horizon_days=60)
    answer = get("/slots/range", **visit(salon, date_from="2026-03-28", date_to="2026-03-29")).json()
    assert [day["slots"][0]["starts_at"] for day in answer["days"]] == [
        {"utc": "2026-03-28T08:00:00Z", "local": "2026-03-28T09:00:00+01:00"},
        {"utc": "2026-03-29T07:00:00Z", "local": "2026-03-29T09:00:00+02:00"},
    ]


def test_local_times_are_the_locations_wherever_the_caller_is(salon: Salon, get: Get) -> None:
    kolkata = LocationFactory.create(timezone="Asia/Kolkata")
    SpecialistFactory.create(at=[kolkata], gives=[salon.service])
    answer = get("/slots/day", **visit(salon, location_id=kolkata.pk, date="2026-03-03")).json()
    assert answer["slots"][0]["starts_at"] == {
        "utc": "2026-03-03T03:30:00Z",
        "local": "2026-03-03T09:00:00+05:30",
    }


def test_the_nearest_slots_are_spread_over_days(salon: Salon, get: Get) -> None:
    answer = get("/slots/nearest", **visit(salon, limit=3)).json()
    assert starts(answer) == [
        "2026-03-02T09:00:00+01:00",
        "2026-03-02T12:00:00+01:00",
        "2026-03-03T09:00:00+01:00",
    ]
    assert len(get("/slots/nearest", **visit(salon)).json()["slots"]) == 6


# -- refusals -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"date": "03.03.2026"}, "date"),
        ({"date": "2026-02-30"}, "date"),
        ({"date": "20260303"}, "date"),
        ({"date": "1772496000"}, "date"),
        ({"date": "2026-03-03T00:00:00"}, "date"),
        ({"date": ""}, "date"),
        ({"location_id": "first"}, "location_id"),
        ({"location_id": 2**63}, "location_id"),
        ({"service": "0"}, "service.0"),
        ({"service": "5:"}, "service.0"),
        ({"service": "5:a"}, "service.0"),
        ({"service": ["5", "9" * 19]}, "service.1"),
        ({"service": "٥"}, "service.0"),
        ({"service": []}, "service"),
        ({"service": ["5"] * 9}, "service"),
    ],
)
def test_a_wrong_parameter_is_named(salon: Salon, get: Get, wrong: dict[str, Any], name: str) -> None:
    answer = get("/slots/day", **{**visit(salon, date="2026-03-03"), **wrong})
    assert answer.status_code == 422
    problem = problem_of(answer)
    assert problem["code"] == "invalid_request"
    assert [(error["in"], error["name"]) for error in problem["errors"]] == [("query", name)]
    assert problem["detail"] == f"{name}: {problem['errors'][0]['detail']}"


def test_all_that_is_missing_is_named_at_once(get: Get) -> None:
    names = [error["name"] for error in problem_of(get("/slots/range"))["errors"]]
    assert names == ["location_id", "service", "date_from", "date_to"]


@pytest.mark.parametrize("limit", [0, 51, -1])
def test_the_number_of_nearest_slots_has_bounds(salon: Salon, get: Get, limit: int) -> None:
    assert get("/slots/nearest", **visit(salon, limit=limit)).status_code == 422


def test_six_weeks_are_a_range_and_a_day_more_is_too_long(salon: Salon, get: Get) -> None:
    first = date(2026, 3, 2)
    bounds = {"date_from": str(first), "date_to": str(first + timedelta(days=41))}
    assert len(get("/slots/range", **visit(salon, **bounds)).json()["days"]) == 42
    answer = get("/slots/range", **visit(salon, **{**bounds, "date_to": str(first + timedelta(days=42))}))
    assert answer.status_code == 422
    assert problem_of(answer) == {
        "code": "range_too_long",
        "detail": "At most 42 days, not 43",
        "details": {"max_days": 42},
    }


def test_a_range_that_ends_before_it_begins_is_refused(salon: Salon, get: Get) -> None:
    answer = get("/slots/range", **visit(salon, date_from="2026-03-03", date_to="2026-03-02"))
    assert answer.status_code == 422
    assert problem_of(answer) == {"code": "range_reversed", "detail": "date_to lies before date_from"}


@pytest.mark.parametrize(("day", "state"), [("1900-01-01", "past"), ("2199-12-31", "beyond")])
def test_the_first_and_the_last_date_there_are_have_an_answer(
    salon: Salon, get: Get, day: str, state: str
) -> None:
    assert get("/slots/day", **visit(salon, date=day)).json()["state"] == state
    assert get("/slots/range", **visit(salon, date_from=day, date_to=day)).json()["days"][0]["state"] == state


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
@pytest.mark.parametrize("path", ["/slots/day", "/calendar/specialists/1", "/sessions", "/statistics"])
def test_dates_beyond_reckoning_are_refused(salon: Salon, path: str, day: str) -> None:
    """A day before the first or after the last one there is would lead out of the calendar."""
    query = visit(salon, date=day) if path == "/slots/day" else {"date_from": day, "date_to": day}
    answer = with_key(salon.admin).get(f"/api/v1{path}", query)
    assert problem_of(answer)["errors"][0]["detail"] == "a year from 1900 to 2199"


def test_an_unknown_location_is_not_found(salon: Salon, get: Get) -> None:
    answer = get("/slots/nearest", **visit(salon, location_id=999_999))
    assert (answer.status_code, problem_of(answer)["code"]) == (404, "not_found")


def test_what_does_not_go_together_is_said_by_kind_and_id(salon: Salon, get: Get) -> None:
    unknown = get("/slots/day", **visit(salon, service="999999", date="2026-03-03"))
    assert unknown.status_code == 422
    assert problem_of(unknown) == {
        "code": "service_unavailable",
        "detail": "The service is not given here",
        "details": {"reason": "service", "service_id": 999999},
    }
    stranger = SpecialistFactory.create(at=[salon.location])
    wrong = get("/slots/day", **visit(salon, service=f"{salon.service.pk}:{stranger.pk}", date="2026-03-03"))
    assert problem_of(wrong)["details"] == {
        "reason": "specialist",
        "service_id": salon.service.pk,
        "specialist_id": stranger.pk,
    }


# -- ETag -----------------------------------------------------------------------------------------------------


def test_unchanged_slots_are_not_sent_again(salon: Salon, get: Get) -> None:
    query = visit(salon, date="2026-03-03")
    first = get("/slots/day", **query)
    assert first["Cache-Control"] == "no-cache"
    for known in (first["ETag"], f"W/{first['ETag']}", f'"other", {first["ETag"]}', "*"):
        again = get("/slots/day", headers={"If-None-Match": known}, **query)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_a_booking_changes_the_etag(salon: Salon, get: Get) -> None:
    query = visit(salon, date="2026-03-03")
    before = get("/slots/day", **query)["ETag"]
    salon.book()
    after = get("/slots/day", headers={"If-None-Match": before}, **query)
    assert after.status_code == 200
    assert after["ETag"] != before


@pytest.mark.parametrize(
    ("month", "status"), [("1899-12", 422), ("1900-01", 200), ("2199-12", 200), ("2200-01", 422)]
)
def test_a_month_lies_in_the_years_that_anything_is_planned_in(
    month: str, status: int, salon: Salon, get: Get
) -> None:
    answer = get("/slots/month", **visit(salon, month=month))

    assert answer.status_code == status
    if status == 422:
        assert problem_of(answer)["errors"] == [
            {"in": "query", "name": "month", "detail": "a year from 1900 to 2199"}
        ]


def test_a_month_of_slots_takes_a_fixed_number_of_queries(salon: Salon, get: Get) -> None:
    query = visit(salon, date_from="2026-03-02", date_to="2026-04-01")
    get("/slots/range", **query)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert get("/slots/range", **query).status_code == 200
        return len(queries)

    before = count()
    for _ in range(10):
        SpecialistFactory.create(at=[salon.location], gives=[salon.service])
    get("/slots/range", **query)
    assert count() == before
