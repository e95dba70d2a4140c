"""Logging in with a one-time code: asked for, sent, sent back; and what a stranger learns from it: nothing."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client, override_settings

from booking_site.lib.redis_client import client as redis
from booking_site.supervisor.ports import free_port
from bookings.api.authentication import identify
from bookings.cards import user_card
from bookings.enums import Language
from bookings.models import User, VisitorToken
from bookings.queries.users import user_by_tg_username
from bookings.services import one_time_codes, visitors
from bookings.services.forget_client import forget_client
from bookings.services.forget_requests import forget_ended_logins
from bookings.services.visitor_tokens import MOST_TOKENS, holder_of, issue_token
from bookings.tasks import send_one_time_code
from tests.bookings.api.callers import bearer, public, with_init_data, with_token
from tests.bookings.api.conftest import Answer, problem_of
from tests.bookings.conftest import Salon

LOGIN = "/api/v1/login"


def post(path: str, body: object, client: Client | None = None) -> Answer:
    return (client or public()).post(LOGIN + path, json.dumps(body), content_type="application/json")


def ask(address: str = "new@example.com", channel: str = "email", **more: str) -> Answer:
    return post("/code", {"channel": channel, "address": address, **more})


def arguments_of(message: str) -> list[str]:
    document = json.loads(message)
    assert document["headers"]["task"] == "bookings.send_code"
    arguments: list[str] = json.loads(base64.b64decode(document["body"]))[0]
    return arguments


def work() -> list[bool]:
    """Do what was left in the queue for a worker, and what each task said."""
    said = []
    while message := redis().rpop("events:p2p"):
        said.append(send_one_time_code(*arguments_of(str(message))))
    return said


def code_in(message: Any) -> str:
    (found,) = re.findall(r"\b\d{6}\b", str(message.body))
    return str(found)


def user_of(token: str) -> int | None:
    card = holder_of(token)
    return card.id if card else None


def log_in(address: str = "new@example.com") -> Answer:
    challenge = ask(address).json()["challenge"]
    work()
    return post("/token", {"challenge": challenge, "code": code_in(mail.outbox[-1])})


@pytest.fixture(autouse=True)
def _salon(salon: Salon) -> None:
    mail.outbox.clear()


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


# -- nobody is told who is known ------------------------------------------------------------------------------


class Sent:
    """What the stand-in for Telegram's sender was given."""

    def __init__(self) -> None:
        self.codes: list[tuple[str, str]] = []


sent = Sent()


def by_telegram(*, address: str, code: str, language: str) -> int | None:
    card = user_by_tg_username(username=address)
    if card is None:
        return None
    sent.codes.append((address, code))
    return card.id


@pytest.fixture
def telegram() -> Iterator[Sent]:
    sent.codes.clear()
    senders = {"telegram": f"{__name__}.by_telegram", "email": "bookings.services.code_by_email.send"}
    with override_settings(API_CODE_SENDERS=senders):
        yield sent


def test_a_username_lets_in_whoever_got_the_code(salon: Salon, telegram: Sent) -> None:
    User.objects.filter(pk=salon.client.pk).update(tg_username="Client_1")
    challenge = ask("@client_1", "telegram").json()["challenge"]
    assert work() == [True]
    ((address, code),) = telegram.codes
    assert address == "client_1"
    User.objects.filter(pk=salon.client.pk).update(tg_username="")
    User.objects.filter(pk=salon.stranger.pk).update(tg_username="client_1")
    assert post("/token", {"challenge": challenge, "code": code}).json()["user_id"] == salon.client.pk


def test_an_unknown_username_is_answered_like_a_known_one(
    salon: Salon, telegram: Sent, django_assert_num_queries: Any
) -> None:
    User.objects.filter(pk=salon.client.pk).update(tg_username="client_1")
    answers = []
    for name in ("client_1", "nobody_1"):
        with django_assert_num_queries(0):  # so that time tells nothing either
            answers.append(ask(name, "telegram"))
    known, unknown = answers
    assert (known.status_code, unknown.status_code) == (202, 202)
    assert {**known.json(), "challenge": ""} == {**unknown.json(), "challenge": ""}
    assert len(known.json()["challenge"]) == len(unknown.json()["challenge"])
    assert sorted(work()) == [False, True]
    for told in answers:
        wrong = post("/token", {"challenge": told.json()["challenge"], "code": "000000"})
        assert problem_of(wrong) == {"code": "invalid_code", "detail": "The code is not valid"}


def test_a_username_that_two_are_said_to_have_is_nobodys(salon: Salon, telegram: Sent) -> None:
    User.objects.filter(pk__in=[salon.client.pk, salon.stranger.pk]).update(tg_username="client_1")
    ask("client_1", "telegram")
    assert work() == [False]


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


def test_a_channel_that_is_not_in_use_is_refused() -> None:
    with override_settings(API_CODE_SENDERS={}):
        assert problem_of(ask())["code"] == "invalid_address"


# -- how often ------------------------------------------------------------------------------------------------


def test_another_code_is_sent_after_a_minute() -> None:
    ask()
    answer = ask("NEW@example.com")
    assert answer.status_code == 429
    assert problem_of(answer)["code"] == "too_many_codes"
    assert 55 < int(answer["Retry-After"]) <= 60
    assert ask("other@example.com").status_code == 202


def without_redis() -> Any:
    return override_settings(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")


def forget_the_gap() -> None:
    for key in redis().keys("attempts:gap:*"):
        redis().delete(key)


def test_an_address_gets_ten_codes_a_day() -> None:
    for _ in range(10):
        assert post("/code", {"channel": "email", "address": "new@example.com"}).status_code == 202
        forget_the_gap()
    answer = ask()
    assert answer.status_code == 429
    assert 86_000 < int(answer["Retry-After"]) <= 86_400


def test_a_network_address_asks_twenty_times_an_hour() -> None:
    answers = [ask(f"a{number}@example.com").status_code for number in range(21)]
    assert answers == [202] * 20 + [429]
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert post("/code", {"channel": "email", "address": "a@example.com"}, elsewhere).status_code == 202


def test_addresses_are_not_readable_in_redis() -> None:
    ask("secret.person@example.com")
    assert not any("secret" in str(key) for key in redis().keys("attempts:*"))


def test_without_redis_nobody_logs_in() -> None:
    with without_redis():
        asked, given = ask(), post("/token", {"challenge": "x" * 22, "code": "123456"})
    assert {asked.status_code, given.status_code} == {503}
    problem = problem_of(asked)
    assert problem["code"] == "busy"
    assert "is away" in problem["detail"]
    assert asked["Retry-After"] == "1"


@pytest.mark.parametrize("login", [with_token, with_init_data])
def test_without_redis_who_has_logged_in_goes_on(salon: Salon, login: Callable[[User], Client]) -> None:
    booking = salon.book()
    client = login(salon.client)
    with without_redis():
        times = client.get(
            "/api/v1/slots/nearest", {"location_id": salon.location.pk, "service": salon.service.pk}
        )
        assert (times.status_code, times.json()["slots"] != []) == (200, True)
        assert [one["id"] for one in client.get("/api/v1/bookings").json()["items"]] == [booking.id]
        gone = client.post(
            f"/api/v1/bookings/{booking.id}/cancel", json.dumps({"reason": ""}), content_type="application/json"
        )
        assert gone.json()["status"] == "cancelled"
        assert client.delete(LOGIN + "/tokens").status_code == 204


def test_logins_outlive_an_emptied_redis() -> None:
    token = log_in().json()["token"]
    redis().flushdb()
    assert bearer(token).get("/api/v1/me").status_code == 200


# -- tokens ---------------------------------------------------------------------------------------------------


def test_a_token_is_kept_nowhere() -> None:
    token = log_in().json()["token"]
    assert token not in str(VisitorToken.objects.values().get())


def test_a_token_is_good_for_so_many_days(salon: Salon, frozen: time_machine.Traveller) -> None:
    client = with_token(salon.client)
    frozen.shift(timedelta(days=settings.API_TOKEN_DAYS, seconds=-1))
    assert client.get("/api/v1/me").status_code == 200
    assert forget_ended_logins() == 0
    frozen.shift(1)
    assert client.get("/api/v1/me").status_code == 401
    assert forget_ended_logins() == 1
    assert not VisitorToken.objects.exists()


def test_a_token_costs_one_query(salon: Salon, rf: Any, django_assert_num_queries: Any) -> None:
    token = issue_token(salon.client.pk).token
    with django_assert_num_queries(1):
        identify(rf.get("/", headers={"Authorization": f"Bearer {token}"}))


def test_who_is_forgotten_is_logged_out(salon: Salon) -> None:
    issue_token(salon.client.pk)
    forget_client(actor=salon.as_client)
    assert not VisitorToken.objects.exists()


def test_logging_out_ends_this_token_alone(salon: Salon) -> None:
    one, two = with_token(salon.client), with_token(salon.client)
    assert one.delete(LOGIN + "/token").status_code == 204
    assert one.get("/api/v1/locations").status_code == 401
    assert two.get("/api/v1/locations").status_code == 200


@pytest.mark.parametrize("login", [with_token, with_init_data])
def test_logging_out_everywhere_ends_all(salon: Salon, login: Callable[[User], Client]) -> None:
    one, other = with_token(salon.client), with_token(salon.stranger)
    assert login(salon.client).delete(LOGIN + "/tokens").status_code == 204
    assert one.get("/api/v1/locations").status_code == 401
    assert other.get("/api/v1/locations").status_code == 200


def test_a_person_has_so_many_tokens_and_the_oldest_goes(salon: Salon, frozen: time_machine.Traveller) -> None:
    tokens = []
    for _ in range(MOST_TOKENS + 1):
        tokens.append(issue_token(salon.client.pk).token)
        frozen.shift(1)
    assert [user_of(token) for token in tokens] == [None, *[salon.client.pk] * MOST_TOKENS]


@pytest.mark.parametrize("change", [{"is_banned": True}, {"is_active": False}])
def test_who_was_shown_the_door_stays_outside(salon: Salon, change: dict[str, Any]) -> None:
    client = with_token(salon.client)
    User.objects.filter(pk=salon.client.pk).update(**change)
    assert client.get("/api/v1/locations").status_code in (401, 403)
    User.objects.filter(pk=salon.client.pk).update(email="client@example.com")
    assert log_in("client@example.com").status_code == 403


def test_a_member_of_staff_is_a_client_here(salon: Salon, rf: Any) -> None:
    token = issue_token(salon.anna_user.pk).token
    actor = identify(rf.get("/", headers={"Authorization": f"Bearer {token}"})).actor
    assert (actor.role, actor.user_id, actor.specialist_id) == ("client", salon.anna_user.pk, None)


def test_two_with_the_same_address_at_once_are_one_person() -> None:
    first = visitors.visitor_by_email(email="new@example.com", language=Language.EN)
    assert visitors._made("new@example.com", Language.EN) == first


def test_a_code_takes_one_in_a_million_guesses() -> None:
    codes = {one_time_codes._code_of(str(number)) for number in range(200)}
    assert len(codes) > 195
    assert all(re.fullmatch(r"\d{6}", code) for code in codes)
