"""Bookings over HTTP: made, read, listed, changed; once for each key, and only as they were seen."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from bookings.enums import BookingStatus, Role, Scope
from bookings.models import Booking, StatusChange
from bookings.read_models import ItemRequest
from bookings.services.reschedule_booking import reschedule_booking
from tests.bookings.api.callers import with_init_data, with_key, with_session, with_token
from tests.bookings.api.conftest import Answer, problem_of
from tests.bookings.conftest import HOUR, TOMORROW, Salon, set_policy
from tests.factories import ServiceFactory, SpecialistFactory

BOOKINGS = "/api/v1/bookings"


def post(client: Client, path: str, body: object = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(BOOKINGS + path, json.dumps(body or {}), content_type="application/json", headers=named)


def wanted(salon: Salon, **changes: Any) -> dict[str, Any]:
    items = [{"service_id": salon.service.pk, "specialist_id": salon.anna.pk}]
    return {"location_id": salon.location.pk, "items": items, "starts_at": TOMORROW.isoformat(), **changes}


@pytest.fixture
def client(salon: Salon) -> Client:
    """The client of the salon, logged in with a code."""
    return with_token(salon.client)


@pytest.fixture
def admin(salon: Salon) -> Client:
    return with_session(salon.admin)


# -- made -----------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("key", ["", "k" * 201, "key with spaces", "ключ", "é"])
def test_a_key_for_repetitions_that_cannot_be_one_is_told_what_it_is_made_of(
    salon: Salon, client: Client, key: str
) -> None:
    answer = client.post(BOOKINGS, wanted(salon), content_type="application/json", HTTP_IDEMPOTENCY_KEY=key)
    assert problem_of(answer)["errors"] == [
        {"in": "header", "name": "Idempotency-Key", "detail": "1 to 200 visible ASCII characters"}
    ]


def test_a_filter_that_came_twice_is_refused(client: Client) -> None:
    answer = client.get(f"{BOOKINGS}?status=confirmed&status=cancelled&location_id=1&location_id=2")
    assert problem_of(answer)["errors"] == [
        {"in": "query", "name": "location_id", "detail": "Given more than once"}
    ]


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


# -- once for each key ----------------------------------------------------------------------------------------


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


# -- changed --------------------------------------------------------------------------------------------------


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


# -- only as it was seen --------------------------------------------------------------------------------------


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


# -- listed ---------------------------------------------------------------------------------------------------


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


def test_what_is_personal_is_kept_by_nobody_between(salon: Salon, client: Client) -> None:
    assert client.get(BOOKINGS)["Cache-Control"] == "private, no-cache"


# -- calendars ------------------------------------------------------------------------------------------------

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


# -- me -------------------------------------------------------------------------------------------------------


def test_who_i_am(salon: Salon) -> None:
    me = with_init_data(salon.anna_user).get("/api/v1/me").json()
    assert (me["id"], me["role"], me["specialist_id"], me["kind"]) == (
        salon.anna_user.pk, Role.SPECIALIST, salon.anna.pk, "tg_client",
    )  # fmt: skip
    key = with_key(salon.admin, [Scope.PEOPLE_READ]).get("/api/v1/me").json()
    assert (key["role"], key["scopes"]) == ("admin", ["people:read"])


def test_i_change_my_profile(salon: Salon, client: Client) -> None:
    def change(**body: Any) -> Answer:
        return client.patch("/api/v1/me", json.dumps(body), content_type="application/json")

    me = change(name="Анна Ким", phone="8 (999) 123-45-67", language="ru").json()
    assert (me["name"], me["phone"], me["language"]) == ("Анна Ким", "+79991234567", "ru")
    assert change(language="en").json()["name"] == "Анна Ким"
    refused = change(name="", language="ru")
    assert (refused.status_code, problem_of(refused)["code"]) == (422, "invalid_contact")
    assert client.get("/api/v1/me").json()["language"] == "en"
    assert change(role="admin").status_code == 422


def test_a_visit_of_several_services(salon: Salon, client: Client) -> None:
    second = ServiceFactory.create(duration_minutes=30)
    carl = SpecialistFactory.create(at=[salon.location], gives=[second])
    items = [{"service_id": salon.service.pk}, {"service_id": second.pk, "specialist_id": carl.pk}]
    booked = post(client, "", wanted(salon, items=items)).json()
    assert [item["service_id"] for item in booked["items"]] == [salon.service.pk, second.pk]
    assert booked["ends_at"]["utc"] == "2026-03-03T10:30:00Z"
