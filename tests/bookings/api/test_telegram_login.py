"""The Mini App: Telegram's signature says who it is."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client, override_settings

from booking_site.lib.redis_client import client as redis
from booking_site.supervisor.ports import free_port
from bookings.api.authentication import identify
from bookings.api.caller import Caller, CallerKind
from bookings.api.telegram_login import BadInitData, user_id_of
from bookings.enums import Door, Role
from bookings.exceptions import Banned
from bookings.models import User
from tests.bookings.api.callers import init_data, with_init_data
from tests.bookings.conftest import NOW, Salon

PERSON = {"id": 77, "first_name": "Анна", "last_name": "К", "username": "anna", "language_code": "en"}


def caller_by(data: str, rf: Any) -> Caller:
    return identify(rf.get("/api/v1/me", headers={"Authorization": f"tma {data}"}))


def test_a_known_person_acts_as_in_the_bot(salon: Salon, rf: Any) -> None:
    caller = caller_by(init_data({"id": salon.anna_user.tg_id}), rf)
    assert caller.kind is CallerKind.TG_CLIENT
    assert (caller.actor.role, caller.actor.door) == (Role.SPECIALIST, Door.API)
    assert (caller.actor.user_id, caller.actor.specialist_id) == (salon.anna_user.pk, salon.anna.pk)


def test_a_stranger_is_registered_as_the_bot_would(salon: Salon) -> None:
    user = User.objects.get(pk=user_id_of(init_data(PERSON)))
    assert (user.tg_id, user.first_name, user.last_name) == (77, "Анна", "К")
    assert (user.tg_username, user.language, user.role) == ("anna", "en", "client")
    assert not user.has_usable_password()


def test_what_was_verified_is_remembered_for_as_long_as_it_is_good(
    salon: Salon, django_assert_num_queries: Any
) -> None:
    data = init_data(PERSON, at=NOW - timedelta(hours=1))
    user_id = user_id_of(data)
    key = f"tg:init:{hashlib.sha256(data.encode()).hexdigest()}"
    assert redis().get(key) == str(user_id)
    assert redis().ttl(key) in (23 * 3600 - 1, 23 * 3600)
    with django_assert_num_queries(0):
        assert user_id_of(data) == user_id


def test_without_redis_it_is_verified_each_time(salon: Salon) -> None:
    with override_settings(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0"):
        assert user_id_of(init_data(PERSON)) == user_id_of(init_data(PERSON))


def test_a_remembered_hash_lets_no_other_data_in(salon: Salon) -> None:
    good = init_data(PERSON)
    user_id_of(good)
    with pytest.raises(BadInitData):
        user_id_of(good.replace("%22id%22%3A+77", "%22id%22%3A+78"))


def test_telegrams_second_signature_is_a_field_like_others(salon: Salon) -> None:
    assert user_id_of(init_data(PERSON, signature="abc", start_param="x=1&y"))


def test_it_is_good_for_a_day(salon: Salon, frozen: time_machine.Traveller) -> None:
    data = init_data(PERSON)
    frozen.shift(timedelta(seconds=settings.TELEGRAM_INIT_DATA_SECONDS - 1))
    assert user_id_of(data)
    redis().flushall()
    frozen.shift(timedelta(seconds=1))
    with pytest.raises(BadInitData):
        user_id_of(data)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "hash=",
        "rubbish",
        "a=b&" * 40,
        "user=%7B%22id%22%3A77%7D&auth_date=1772434800&hash=" + "0" * 64,
        "user=%7B%22id%22%3A77%7D&auth_date=1772434800",
        "%FF=%FF&hash=é",
    ],
)
def test_what_telegram_did_not_sign_is_nobody(salon: Salon, data: str) -> None:
    with pytest.raises(BadInitData):
        user_id_of(data)
    assert not User.objects.filter(tg_id=77).exists()


@pytest.mark.parametrize(
    ("user", "more"),
    [
        (PERSON, {"at": NOW + timedelta(minutes=2)}),
        (PERSON, {"auth_date": "yesterday"}),
        (PERSON, {"auth_date": "-1"}),
        (PERSON, {"token": "1:other-bot"}),
        ({"id": "77"}, {}),
        ({"id": True}, {}),
        ({"id": 77, "is_bot": True}, {}),
        ({"id": 0}, {}),
        ({"id": -77}, {}),
        ({"id": 2**63}, {}),
        ({"id": 10**30}, {}),
        (PERSON | {"first_name": "An\0na"}, {}),
        (PERSON | {"username": "\0"}, {}),
        ([], {}),
        (None, {}),
        ({}, {}),
    ],
)
def test_what_is_signed_but_no_person_of_now_is_nobody(salon: Salon, user: object, more: dict[str, Any]) -> None:
    with pytest.raises(BadInitData):
        user_id_of(init_data(user, **more))


@pytest.mark.parametrize("wrong", [{"id": 2**63}, {"last_name": "a\0b"}])
def test_whom_no_database_holds_is_refused_as_anybody_unknown(salon: Salon, wrong: dict[str, Any]) -> None:
    client = Client(raise_request_exception=False, headers={"Authorization": f"tma {init_data(PERSON | wrong)}"})

    assert (client.get("/api/v1/me").status_code, User.objects.filter(first_name="Анна").count()) == (401, 0)


def test_the_largest_id_there_can_be_is_let_in(salon: Salon) -> None:
    assert User.objects.get(pk=user_id_of(init_data(PERSON | {"id": 2**63 - 1}))).tg_id == 2**63 - 1


def test_a_field_that_comes_twice_is_refused(salon: Salon) -> None:
    """Or what was signed could be one and what is read the other."""
    with pytest.raises(BadInitData):
        user_id_of(init_data(PERSON) + "&user=%7B%22id%22%3A1%7D")


def test_without_a_bot_nothing_is_signed_for_it(salon: Salon) -> None:
    data = init_data(PERSON, token="x")
    with override_settings(TELEGRAM_BOT_TOKEN=""), pytest.raises(BadInitData):
        user_id_of(data)


def test_the_banned_are_told_so(salon: Salon, rf: Any) -> None:
    User.objects.filter(pk=salon.client.pk).update(is_banned=True)
    with pytest.raises(Banned):
        caller_by(init_data({"id": salon.client.tg_id}), rf)
    answer = with_init_data(salon.client).get("/api/v1/locations")
    assert (answer.status_code, answer.json()["code"]) == (403, "banned")
