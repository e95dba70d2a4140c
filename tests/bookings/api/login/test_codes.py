"""Logging in with a one-time code: asked for, sent, sent back for a token."""

import json
import re

import pytest
from django.core import mail

from booking_site.lib.redis_client import client as redis
from bookings.cards import user_card
from bookings.enums import Language
from bookings.models import User
from bookings.services import one_time_codes, visitors
from tests.bookings.api.callers import bearer
from tests.bookings.api.conftest import problem_of
from tests.bookings.api.login.asking import arguments_of, ask, code_in, log_in, post, user_of, work
from tests.bookings.conftest import Salon


def test_from_an_address_to_a_token() -> None:
    answer = ask(language="en")
    assert answer.status_code == 202
    told = answer.json()
    assert (told["expires_in"], told["resend_in"]) == (300, 60)

    assert work() == [True]
    (message,) = mail.outbox
    assert message.to == ["new@example.com"]

    answer = post("/token", {"challenge": told["challenge"], "code": code_in(message), "language": "en"})
    assert answer.status_code == 201
    token = answer.json()
    user = User.objects.get(pk=token["user_id"])
    assert (user.email, user.role, user.language) == ("new@example.com", "client", "en")
    assert not user.has_usable_password()
    assert user_of(token["token"]) == user.pk
    assert bearer(token["token"]).get("/api/v1/locations").status_code == 200


@pytest.mark.parametrize(
    ("more", "language"), [({}, "en"), ({"language": None}, "en"), ({"language": "ru"}, "ru")]
)
def test_a_new_client_speaks_the_language_in_which_the_code_was_asked_for(
    more: dict[str, str | None], language: str
) -> None:
    challenge = ask(language="en").json()["challenge"]
    work()
    token = post("/token", {"challenge": challenge, "code": code_in(mail.outbox[0]), **more}).json()["token"]

    assert bearer(token).get("/api/v1/me").json()["language"] == language


def test_a_new_client_has_no_name_until_they_say_it() -> None:
    """What stands before the @ is often more than a name, and would be read by everybody under a review."""
    token = log_in("john.doe.1980@example.com").json()
    client = bearer(token["token"])

    assert client.get("/api/v1/me").json()["name"] == ""
    assert user_card(User.objects.get(pk=token["user_id"])).name == "Guest"
    named = client.patch("/api/v1/me", json.dumps({"name": "John"}), content_type="application/json")
    assert named.json()["name"] == "John"


@pytest.mark.parametrize("path", ["/code", "/token"])
def test_a_slip_in_a_field_is_named(path: str) -> None:
    body = (
        {"challenge": "x", "code": "1"} if path == "/token" else {"channel": "email", "address": "a@example.com"}
    )
    problem = problem_of(post(path, {**body, "langauge": "en"}))

    assert [error["name"] for error in problem["errors"]] == ["langauge"]


def test_an_address_that_is_known_is_the_person_who_has_it(salon: Salon) -> None:
    User.objects.filter(pk=salon.client.pk).update(email="Client@Example.com")
    assert log_in("  client@example.COM ").json()["user_id"] == salon.client.pk


def test_the_message_is_in_the_language_asked_for() -> None:
    ask(language="ru")
    work()
    assert "Ваш код" in str(mail.outbox[0].body)


def test_a_code_is_good_once() -> None:
    challenge = ask().json()["challenge"]
    work()
    body = {"challenge": challenge, "code": code_in(mail.outbox[0])}
    assert post("/token", body).status_code == 201
    answer = post("/token", body)
    assert answer.status_code == 422
    assert problem_of(answer)["code"] == "invalid_code"


def test_a_code_belongs_to_its_challenge() -> None:
    first, second = ask("a@example.com").json()["challenge"], ask("b@example.com").json()["challenge"]
    work()
    of_second = code_in(mail.outbox[1])
    assert post("/token", {"challenge": first, "code": of_second}).status_code == 422
    assert post("/token", {"challenge": second, "code": of_second}).status_code == 201


def test_after_five_wrong_tries_the_right_code_is_wrong_too() -> None:
    challenge = ask().json()["challenge"]
    work()
    right = code_in(mail.outbox[0])
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(5):
        assert post("/token", {"challenge": challenge, "code": wrong}).status_code == 422
    assert post("/token", {"challenge": challenge, "code": right}).status_code == 422


def test_a_code_is_gone_after_five_minutes() -> None:
    challenge = ask().json()["challenge"]
    assert 295 < redis().ttl(f"otp:{challenge}") <= 300
    work()
    redis().delete(f"otp:{challenge}")
    assert post("/token", {"challenge": challenge, "code": code_in(mail.outbox[0])}).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {"challenge": "", "code": "123456"},
        {"challenge": "x" * 22, "code": "123456"},
        {"challenge": "*" * 22, "code": "123456"},
        {"challenge": "x" * 22, "code": "12345"},
        {"challenge": "x" * 22, "code": "１２３４５６"},
    ],
)
def test_what_is_no_code_is_told_like_a_wrong_one(body: dict[str, str]) -> None:
    answer = post("/token", body)
    assert answer.status_code == 422
    assert problem_of(answer) == {"code": "invalid_code", "detail": "The code is not valid"}


def test_the_code_is_kept_nowhere() -> None:
    challenge = ask().json()["challenge"]
    (waiting,) = redis().lrange("events:p2p", 0, -1)
    kept = [str(redis().hgetall(f"otp:{challenge}")), *arguments_of(str(waiting)), str(waiting)]
    work()
    assert not any(code_in(mail.outbox[0]) in one for one in kept)


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("email", "nobody"),
        ("email", "a@b"),
        ("email", "a@example.com\nBcc: b@example.com"),
        ("email", "a" * 250 + "@example.com"),
        ("telegram", "abc"),
        ("telegram", "@@client"),
        ("telegram", "кли_ент"),
        ("telegram", "79991234567"),
    ],
)
def test_what_is_no_address_is_refused(channel: str, address: str) -> None:
    answer = ask(address, channel)
    assert answer.status_code == 422
    assert problem_of(answer)["code"] in ("invalid_address", "invalid_request")
    assert redis().llen("events:p2p") == 0


def test_two_with_the_same_address_at_once_are_one_person() -> None:
    first = visitors.visitor_by_email(email="new@example.com", language=Language.EN)
    assert visitors._made("new@example.com", Language.EN) == first


def test_a_code_takes_one_in_a_million_guesses() -> None:
    codes = {one_time_codes._code_of(str(number)) for number in range(200)}
    assert len(codes) > 195
    assert all(re.fullmatch(r"\d{6}", code) for code in codes)
