"""What follows a code: a token that costs little and ends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from bookings.api.authentication import identify
from bookings.models import User, VisitorToken
from bookings.services.forget_client import forget_client
from bookings.services.forget_requests import forget_ended_logins
from bookings.services.visitor_tokens import MOST_TOKENS, issue_token
from tests.bookings.api.callers import with_init_data, with_token
from tests.bookings.api.login.asking import LOGIN, log_in, user_of
from tests.bookings.conftest import Salon


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
