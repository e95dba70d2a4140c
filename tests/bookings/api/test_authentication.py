"""Who a request comes from, by what it presents."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from bookings.actor import SYSTEM
from bookings.enums import Role, Scope
from bookings.exceptions import InvalidText, InvalidValue, NotAllowed
from bookings.models import ApiKey, AuditEntry
from bookings.services.api_keys import IssuedKey, holder_of, issue_api_key, revoke_api_key
from tests.bookings.api.callers import bearer, public
from tests.bookings.api.conftest import problem_of
from tests.bookings.conftest import HOUR, NOW, Salon

PATH = "/api/v1/problems"


def issue(salon: Salon, **changes: Any) -> IssuedKey:
    wanted: dict[str, Any] = {"name": "CRM", "owner_id": salon.admin.pk, "scopes": [Scope.BOOKINGS_READ]}
    return issue_api_key(actor=salon.as_admin, **{**wanted, **changes})


def test_a_key_acts_as_its_owner_within_its_scopes(salon: Salon) -> None:
    issued = issue(salon, owner_id=salon.anna_user.pk)
    holder = holder_of(issued.token)
    assert holder is not None
    assert holder.actor.key_id == issued.card.id
    assert set(holder.scopes) == {"bookings:read"}
    assert (holder.actor.role, holder.actor.user_id) == (Role.SPECIALIST, salon.anna_user.pk)
    assert holder.actor.specialist_id == salon.anna.pk


def test_the_token_is_kept_nowhere(salon: Salon) -> None:
    issued = issue(salon)
    row = ApiKey.objects.values().get(pk=issued.card.id)
    assert issued.token[12:] not in str(row)
    assert issued.token.startswith(f"bk_{row['prefix']}_")


def test_a_key_is_good_until_it_is_revoked(salon: Salon) -> None:
    issued = issue(salon)
    assert bearer(issued.token).get(PATH).status_code == 200
    card = revoke_api_key(actor=salon.as_admin, key_id=issued.card.id)
    assert card.revoked_at == NOW
    assert bearer(issued.token).get(PATH).status_code == 401


def test_both_ends_of_a_key_are_audited_without_its_token(salon: Salon) -> None:
    issued = issue(salon)
    revoke_api_key(actor=salon.as_admin, key_id=issued.card.id)
    created, revoked = AuditEntry.objects.filter(entity="api_key", entity_id=issued.card.id).order_by("id")
    assert (created.action, revoked.action) == ("created", "revoked")
    assert created.actor_user_id == salon.admin.pk
    assert created.after is not None
    assert created.after["scopes"] == ["bookings:read"]
    assert issued.token[12:] not in str(created.after)


def test_revoking_twice_keeps_the_first_time(salon: Salon, frozen: time_machine.Traveller) -> None:
    issued = issue(salon)
    revoke_api_key(actor=SYSTEM, key_id=issued.card.id)
    frozen.shift(HOUR)
    assert revoke_api_key(actor=SYSTEM, key_id=issued.card.id).revoked_at == NOW


def test_a_key_is_good_until_its_end(salon: Salon, frozen: time_machine.Traveller) -> None:
    issued = issue(salon, expires_at=NOW + HOUR)
    frozen.shift(HOUR - timedelta(seconds=1))
    assert holder_of(issued.token) is not None
    frozen.shift(timedelta(seconds=1))
    assert holder_of(issued.token) is None


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_banned": True}, {"role": Role.CLIENT}])
def test_a_key_is_worth_nothing_once_its_owner_left(salon: Salon, change: dict[str, Any]) -> None:
    issued = issue(salon, owner_id=salon.anna_user.pk)
    for name, value in change.items():
        setattr(salon.anna_user, name, value)
    salon.anna_user.save()
    assert holder_of(issued.token) is None


def test_its_use_is_written_down_at_most_once_a_minute(
    salon: Salon, frozen: time_machine.Traveller, django_assert_num_queries: Any
) -> None:
    issued = issue(salon)
    holder_of(issued.token)
    assert ApiKey.objects.get().last_used_at == NOW
    frozen.shift(timedelta(seconds=59))
    with django_assert_num_queries(1):
        holder_of(issued.token)
    assert ApiKey.objects.get().last_used_at == NOW
    frozen.shift(timedelta(seconds=1))
    holder_of(issued.token)
    assert ApiKey.objects.get().last_used_at == NOW + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"name": " "}, InvalidText),
        ({"name": "x" * 101}, InvalidText),
        ({"owner_id": 999_999}, InvalidValue),
        ({"scopes": []}, InvalidValue),
        ({"scopes": ["everything"]}, InvalidValue),
        ({"expires_at": NOW}, InvalidValue),
    ],
)
def test_what_is_no_key_is_not_issued(salon: Salon, wrong: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        issue(salon, **wrong)
    assert not ApiKey.objects.exists()


def test_a_client_owns_no_key(salon: Salon) -> None:
    with pytest.raises(InvalidValue):
        issue(salon, owner_id=salon.client.pk)


def test_only_admins_issue_and_revoke(salon: Salon) -> None:
    issued = issue(salon)
    for actor in (salon.as_anna, salon.as_client):
        with pytest.raises(NotAllowed):
            issue_api_key(actor=actor, name="x", owner_id=salon.anna_user.pk, scopes=["bookings:read"])
        with pytest.raises(NotAllowed):
            revoke_api_key(actor=actor, key_id=issued.card.id)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic YWRtaW46YWRtaW4=",
        "Bearer bk_00000000_" + "A" * 43,
        "Bearer bk_short",
        "Bearer bk_00000000_" + "A" * 42 + "é",
        "Bearer " + "x" * 9000,
        "Bearer something-else",
        "bk_00000000_" + "A" * 43,
    ],
)
def test_bad_credentials_are_refused_even_where_none_are_needed(salon: Salon, header: str) -> None:
    answer = Client(raise_request_exception=False).get(PATH, headers={"Authorization": header})
    assert answer.status_code == 401
    assert problem_of(answer)["code"] == "unauthenticated"
    assert answer["WWW-Authenticate"] == 'Bearer realm="booking", error="invalid_token"'


def test_one_letter_off_is_no_key(salon: Salon) -> None:
    token = issue(salon).token
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert bearer(token).get(PATH).status_code == 200
    assert bearer(changed).get(PATH).status_code == 401


def test_the_scheme_is_read_in_any_case(salon: Salon) -> None:
    token = issue(salon).token
    for header in (f"bearer {token}", f"BEARER   {token} "):
        assert public().get(PATH, headers={"Authorization": header}).status_code == 200
