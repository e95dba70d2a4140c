"""Who is let through to what: every operation of the API for every kind of caller."""

import re

import pytest
from django.conf import settings
from django.test import Client, override_settings

from booking_site.lib.rate_limiter import Limit
from bookings.actor import Actor
from bookings.api import access
from bookings.api.access import TABLE, check
from bookings.api.access_rules import Rule, admins, everybody, people, site_only, staff
from bookings.api.caller import Caller, CallerKind
from bookings.enums import Door, Role, Scope
from tests.bookings.api.callers import public, with_init_data, with_key, with_session, with_token
from tests.bookings.api.conftest import Answer, problem_of
from tests.bookings.api.operations import OPERATIONS, Op
from tests.bookings.conftest import Salon


def of_kind(kind: CallerKind, *scopes: Scope) -> Caller:
    return Caller(kind, Actor(role=Role.ADMIN, door=Door.API, user_id=1), scopes=frozenset(scopes))


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    assert sorted(TABLE) == sorted(op.id for op in OPERATIONS)


def test_only_what_is_public_asks_a_key_for_no_scope() -> None:
    unscoped = {name for name, rule in TABLE.items() if CallerKind.API_KEY in rule.kinds and rule.scope is None}
    assert unscoped == {name for name, rule in TABLE.items() if CallerKind.PUBLIC in rule.kinds}


@pytest.mark.parametrize("kind", CallerKind)
def test_an_operation_without_a_row_is_refused(kind: CallerKind) -> None:
    denial = check(of_kind(kind, *Scope), "invented")
    assert denial is not None
    assert denial.code == "not_allowed"


@pytest.mark.parametrize(
    ("rule", "let_in"),
    [
        (everybody(), "internal api_key tg_client visitor public"),
        (people(Scope.BOOKINGS_READ), "internal api_key tg_client visitor"),
        (staff(Scope.BOOKINGS_READ), "internal api_key tg_client"),
        (admins(Scope.BOOKINGS_READ), "internal api_key"),
        (site_only(), "internal"),
    ],
)
def test_whom_each_sort_of_rule_lets_in(rule: Rule, let_in: str) -> None:
    assert rule.kinds == set(let_in.split())


@pytest.mark.django_db
@pytest.mark.parametrize("kind", CallerKind)
def test_the_table_is_what_the_server_does(kind: CallerKind, salon: Salon) -> None:
    """Every operation is really called; in one test for all, since there are many."""
    unlimited = {**settings.API_LIMITS, kind.value: Limit(10_000, 10_000)}
    client, told, expected = client_of(kind, salon), {}, {}
    with override_settings(API_LIMITS=unlimited):
        for op in OPERATIONS:
            status = ask(client, op).status_code
            if op.id.startswith("revoke_"):  # which ends the login
                client = client_of(kind, salon)
            told[op.id] = "in" if status not in (401, 403) else str(status)
            if op.id.startswith("revoke_") and told[op.id] == "in":  # that was the end of the login
                client = client_of(kind, salon)
            refused = "401" if kind is CallerKind.PUBLIC else "403"
            expected[op.id] = "in" if kind in TABLE[op.id].kinds else refused
    assert told == expected


def client_of(kind: CallerKind, salon: Salon) -> Client:
    match kind:
        case CallerKind.INTERNAL:
            return with_session(salon.admin)
        case CallerKind.API_KEY:
            return with_key(salon.admin)
        case CallerKind.TG_CLIENT:
            return with_init_data(salon.admin)
        case CallerKind.VISITOR:
            return with_token(salon.admin)
        case _:
            return public()


def ask(client: Client, op: Op) -> Answer:
    """Without any content: whoever is let through meets the operation's own refusal."""
    path = re.sub(r"\{\w+\}", "999999", op.path)
    return client.generic(op.method.upper(), path, b"{}", content_type="application/json")


@pytest.mark.parametrize("name", sorted(name for name, rule in TABLE.items() if rule.scope))
def test_a_key_needs_the_scope(name: str) -> None:
    scope = TABLE[name].scope
    assert scope is not None
    denial = check(of_kind(CallerKind.API_KEY, *(set(Scope) - {scope})), name)
    assert denial is not None
    assert (denial.code, denial.scope) == ("insufficient_scope", scope)
    assert check(of_kind(CallerKind.API_KEY, scope), name) is None


@pytest.mark.django_db
def test_the_server_refuses_as_the_table_says(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody, the wrong kind and a key with other scopes are told."""
    monkeypatch.setattr(access, "TABLE", {"list_locations": admins(Scope.CATALOG_READ)})
    path = "/api/v1/locations"

    answer = public().get(path)
    assert answer.status_code == 401
    assert problem_of(answer)["code"] == "unauthenticated"
    assert answer["WWW-Authenticate"] == 'Bearer realm="booking"'

    answer = with_key(salon.admin, [Scope.AUDIT_READ]).get(path)
    assert answer.status_code == 403
    assert problem_of(answer) == {
        "code": "insufficient_scope",
        "detail": "The key lacks the scope catalog:read",
        "details": {"scope": "catalog:read"},
    }
    assert 'error="insufficient_scope", scope="catalog:read"' in answer["WWW-Authenticate"]

    assert with_key(salon.admin, [Scope.CATALOG_READ]).get(path).status_code == 200
    assert with_session(salon.admin).get(path).status_code == 200
    monkeypatch.setattr(access, "TABLE", {"list_locations": people(Scope.CATALOG_READ)})
    assert with_session(salon.client).get(path).status_code == 401, "a session of somebody who is not staff"
    monkeypatch.setattr(access, "TABLE", {})
    answer = with_session(salon.admin).get(path)
    assert answer.status_code == 403
    assert problem_of(answer)["code"] == "not_allowed"
