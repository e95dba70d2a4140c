"""Refusals are problem documents, whoever refuses, and their codes stand in one list."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory

from booking_site.env import BASE_DIR
from bookings.api.problems import KINDS, on_booking_error
from bookings.exceptions import BookingError, Busy, SlotTaken
from tests.bookings.api.conftest import Get, problem_of

pytestmark = pytest.mark.django_db


def kinds_of_errors(parent: type[BookingError] = BookingError) -> Iterator[type[BookingError]]:
    yield parent
    for child in parent.__subclasses__():
        yield from kinds_of_errors(child)


def test_every_error_of_the_domain_has_a_code_in_the_list() -> None:
    ours = [error for error in kinds_of_errors() if error.__module__.startswith("bookings.")]
    assert {error.code for error in ours} - set(KINDS) == set()


def test_the_documented_list_is_the_list() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (\d+) \| (.+) \|$", (BASE_DIR / "docs" / "api.md").read_text(), re.MULTILINE
    )
    assert rows == [(code, str(KINDS[code].status.value), KINDS[code].title) for code in sorted(KINDS)]


def test_the_type_of_a_problem_leads_to_its_description() -> None:
    client = Client()
    for code, kind in KINDS.items():
        described = client.get(f"/api/v1/problems/{code}").json()
        assert described == {"code": code, "status": kind.status.value, "title": kind.title}
    listed = client.get("/api/v1/problems").json()["items"]
    assert [item["code"] for item in listed] == sorted(KINDS)


def test_a_problem_has_all_its_members() -> None:
    answer = Client().get("/api/v1/problems/none")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    assert answer.json() == {
        "type": "/api/v1/problems/not_found",
        "title": "It does not exist, or not for you",
        "status": 404,
        "code": "not_found",
        "detail": "No problem has this code",
        "instance": "/api/v1/problems/none",
        "trace_id": answer["X-Trace-Id"],
    }


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v1/", "/api/v2/locations", "/api/", "/api/v1/locations/"]
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_unknown_path_is_a_problem_with_every_method(path: str, method: str) -> None:
    answer = getattr(Client(), method)(path)
    assert answer.status_code == 404
    assert problem_of(answer)["code"] == "path_not_found"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_a_method_that_is_not_known_comes_back_with_those_that_are(method: str) -> None:
    answer = getattr(Client(), method)("/api/v1/locations")
    assert answer.status_code == 405
    assert problem_of(answer)["code"] == "method_not_allowed"
    assert answer["Allow"] == "GET"


def test_a_host_that_is_not_ours_is_a_problem() -> None:
    answer = Client().get("/api/v1/locations", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert problem_of(answer)["code"] == "bad_request"


def test_a_failure_is_told_with_a_trace_id_and_nothing_else(get: Get, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_query: Any) -> None:
        raise RuntimeError("the secret of the house")

    with connection.execute_wrapper(broken):
        answer = get("/locations")
    assert answer.status_code == 500
    assert problem_of(answer) == {
        "code": "internal_error",
        "detail": "Something broke here; the trace id finds it",
    }
    assert "the secret of the house" not in answer.content.decode()
    assert "the secret of the house" in caplog.text


def test_a_refused_time_brings_others_in_utc_and_as_the_clocks_there_show_them() -> None:
    error = SlotTaken(
        "The time is not free", alternatives=[datetime(2026, 3, 3, 9, 15, tzinfo=UTC)], zone="Europe/Berlin"
    )
    answer = on_booking_error(RequestFactory().get("/api/v1/bookings"), error)
    assert answer.status_code == 409
    assert b'"code":"slot_taken"' in answer.content
    assert b'"alternatives":[{"utc":"2026-03-03T09:15:00Z","local":"2026-03-03T10:15:00+01:00"}]' in answer.content


def test_busy_says_when_to_try_again() -> None:
    answer = on_booking_error(RequestFactory().get("/api/v1/bookings"), Busy())
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")


def test_each_request_has_a_trace_id_of_its_own() -> None:
    client = Client()
    ids = {client.get("/api/v1/problems")["X-Trace-Id"] for _ in range(3)}
    assert len(ids) == 3
    assert all(re.fullmatch(r"[0-9a-f]{16}", trace_id) for trace_id in ids)


def test_head_is_get_without_the_body() -> None:
    client = Client()
    whole, head = client.get("/api/v1/problems"), client.head("/api/v1/problems")
    assert (head.status_code, head.content) == (200, b"")
    assert (head["Content-Length"], head["ETag"]) == (str(len(whole.content)), whole["ETag"])


def test_answers_are_the_same_in_every_language() -> None:
    client = Client()
    russian = client.get("/api/v1/problems", headers={"Accept-Language": "ru"})
    english = client.get("/api/v1/problems", headers={"Accept-Language": "en"})
    assert russian.content == english.content
    assert "Vary" not in russian
    assert "Content-Language" not in russian
