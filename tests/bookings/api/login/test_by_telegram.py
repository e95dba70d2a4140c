"""A code that comes by Telegram."""

from typing import Any

from django.test import override_settings

from bookings.models import User
from tests.bookings.api.conftest import problem_of
from tests.bookings.api.login.asking import Sent, ask, post, work
from tests.bookings.conftest import Salon


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


def test_a_channel_that_is_not_in_use_is_refused() -> None:
    with override_settings(API_CODE_SENDERS={}):
        assert problem_of(ask())["code"] == "invalid_address"
