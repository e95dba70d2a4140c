"""Lists and calendars: whose, narrowed, in pages."""

from typing import Any

import pytest
from django.test import Client

from bookings.models import Booking
from bookings.read_models import ItemRequest
from tests.bookings.api.bookings.asking import BOOKINGS, post, wanted
from tests.bookings.api.callers import with_init_data, with_session, with_token
from tests.bookings.api.conftest import Answer, problem_of
from tests.bookings.conftest import HOUR, TOMORROW, Salon


def test_a_filter_that_came_twice_is_refused(client: Client) -> None:
    answer = client.get(f"{BOOKINGS}?status=confirmed&status=cancelled&location_id=1&location_id=2")
    assert problem_of(answer)["errors"] == [
        {"in": "query", "name": "location_id", "detail": "Given more than once"}
    ]


def ids(answer: Answer) -> list[int]:
    assert answer.status_code == 200
    return [booking["id"] for booking in answer.json()["items"]]


def test_everybody_lists_what_is_theirs(salon: Salon) -> None:
    mine = salon.book().id
    other = salon.book(TOMORROW + HOUR, actor=salon.as_admin, client_id=salon.stranger.pk).id
    boris = [ItemRequest(salon.service.pk, salon.boris.pk)]
    at_boris = salon.book(TOMORROW + 2 * HOUR, actor=salon.as_admin, client_id=salon.stranger.pk, items=boris).id
    assert ids(with_token(salon.client).get(BOOKINGS)) == [mine]
    assert ids(with_init_data(salon.stranger).get(BOOKINGS)) == [other, at_boris]
    assert ids(with_init_data(salon.anna_user).get(BOOKINGS)) == [mine, other]
    assert ids(with_session(salon.admin).get(BOOKINGS)) == [mine, other, at_boris]
    assert ids(with_token(salon.anna_user).get(BOOKINGS)) == [], "after a code everybody is a client"


def test_the_list_is_narrowed(salon: Salon, admin: Client) -> None:
    first = salon.book().id
    second = salon.book(TOMORROW + HOUR, actor=salon.as_admin, client_id=salon.stranger.pk).id
    post(admin, f"/{second}/cancel", {})

    def found(**query: Any) -> list[int]:
        return ids(admin.get(BOOKINGS, query))

    assert found(client_id=salon.client.pk) == [first]
    assert found(specialist_id=salon.anna.pk) == [first, second]
    assert found(specialist_id=salon.boris.pk) == []
    assert found(location_id=salon.location.pk, order="-starts_at") == [second, first]
    assert found(location_id=999_999) == []
    assert found(status="cancelled") == [second]
    assert found(status=["cancelled", "confirmed"]) == [first, second]
    assert found(starts_from="2026-03-03T11:00:00+01:00") == [second]
    assert found(starts_before="2026-03-03T11:00:00+01:00") == [first]


@pytest.mark.parametrize("order", ["starts_at", "-starts_at"])
def test_pages_follow_each_other(salon: Salon, admin: Client, order: str) -> None:
    twins = [ItemRequest(salon.service.pk, salon.boris.pk)]
    made = [
        salon.book(TOMORROW + number * HOUR, actor=salon.as_admin, client_id=salon.client.pk).id
        for number in range(3)
    ]
    made.append(salon.book(TOMORROW + HOUR, actor=salon.as_admin, client_id=salon.stranger.pk, items=twins).id)
    seen: list[int] = []
    query = {"limit": "1", "order": order}
    while query.get("after", "") is not None:
        answer = admin.get(BOOKINGS, query).json()
        seen += [booking["id"] for booking in answer["items"]]
        query["after"] = answer["next"]
    expected = [made[0], made[1], made[3], made[2]]
    assert seen == (expected if order == "starts_at" else expected[::-1])


def test_a_page_takes_a_fixed_number_of_queries(
    salon: Salon, admin: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        salon.book(TOMORROW + number * HOUR, actor=salon.as_admin)
    with django_assert_max_num_queries(5):  # session, user, specialist, bookings, items
        assert len(ids(admin.get(BOOKINGS))) == 5


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=201", "after=1", "after=1-", "order=price", "status=new", "starts_from=2026-03-03",
        "after=-64735858083-0", "after=-62135596801-1", "after=-99999999999-1", "after=99999999999-1",
    ],
)  # fmt: skip
def test_a_wrong_query_is_refused(admin: Client, query: str) -> None:
    assert admin.get(f"{BOOKINGS}?{query}").status_code == 422


@pytest.mark.parametrize(
    "path",
    ["/bookings?statuss=done", "/statistics?specialist=1", "/slots/day?specialist=3", "/locations?x=1", "/me?x="],
)
def test_a_slip_in_the_name_of_a_filter_is_named(admin: Client, path: str) -> None:
    problem = problem_of(admin.get(f"/api/v1{path}"))

    name = path.partition("?")[2].partition("=")[0]
    assert (problem["code"], problem["errors"]) == (
        "invalid_request", [{"in": "query", "name": name, "detail": "There is no such parameter"}],
    )  # fmt: skip


def test_what_is_personal_is_kept_by_nobody_between(salon: Salon, client: Client) -> None:
    assert client.get(BOOKINGS)["Cache-Control"] == "private, no-cache"


DATES = {"date_from": "2026-03-02", "date_to": "2026-03-08"}


def test_a_specialist_sees_their_calendar_and_no_other(salon: Salon) -> None:
    mine = salon.book().id
    other = salon.book(
        TOMORROW + HOUR, actor=salon.as_admin, items=[ItemRequest(salon.service.pk, salon.boris.pk)]
    ).id
    anna, admin = with_init_data(salon.anna_user), with_session(salon.admin)
    own, theirs = (f"/api/v1/calendar/specialists/{one.pk}" for one in (salon.anna, salon.boris))
    here = f"/api/v1/calendar/locations/{salon.location.pk}"

    def found(client: Client, path: str) -> list[int]:
        days = client.get(path, DATES).json()["days"]
        assert all(day["date"] == "2026-03-03" for day in days)
        return [booking["id"] for day in days for booking in day["bookings"]]

    assert found(anna, own) == [mine]
    assert found(anna, here) == [mine]
    assert found(admin, own) == [mine]
    assert found(admin, theirs) == [other]
    assert found(admin, here) == [mine, other]
    nobodys = "/api/v1/calendar/specialists/999999"
    assert [anna.get(path, DATES).status_code for path in (theirs, nobodys)] == [404, 404]
    assert problem_of(anna.get(theirs, DATES)) == problem_of(anna.get(nobodys, DATES))


def test_a_client_has_no_calendar_of_the_business(salon: Salon) -> None:
    client = with_init_data(salon.client)
    for path in (f"specialists/{salon.anna.pk}", f"locations/{salon.location.pk}"):
        assert client.get(f"/api/v1/calendar/{path}", DATES).status_code == 404


def test_a_calendar_shows_six_weeks(salon: Salon, admin: Client) -> None:
    path = f"/api/v1/calendar/specialists/{salon.anna.pk}"
    long = admin.get(path, {"date_from": "2026-03-01", "date_to": "2026-04-12"})
    assert (long.status_code, problem_of(long)["code"]) == (422, "range_too_long")
    back = admin.get(path, {"date_from": "2026-03-02", "date_to": "2026-03-01"})
    assert (back.status_code, problem_of(back)["code"]) == (422, "range_reversed")


def test_a_specialist_changes_nothing_in_anothers_calendar(salon: Salon) -> None:
    boris = [ItemRequest(salon.service.pk, salon.boris.pk)]
    booking = salon.book(actor=salon.as_admin, items=boris)
    anna = with_init_data(salon.anna_user)
    for name, body in {
        "confirm": {}, "cancel": {}, "complete": {}, "no-show": {},
        "reschedule": {"starts_at": (TOMORROW + HOUR).isoformat()}, "reassign": {"specialist_id": salon.anna.pk},
    }.items():  # fmt: skip
        assert post(anna, f"/{booking.id}/{name}", body).status_code == 404, name
    theirs = wanted(
        salon,
        client_id=salon.stranger.pk,
        items=[{"service_id": salon.service.pk, "specialist_id": salon.boris.pk}],
    )
    assert post(anna, "", theirs).status_code == 403
    own = post(anna, "", wanted(salon, client_id=salon.stranger.pk))
    assert own.status_code == 201
    assert Booking.objects.get(pk=booking.id).version == 1
