"""Keys over HTTP: made and shown once, listed without their tokens, revoked; by admins at their desk alone."""

from typing import Any

import pytest

from bookings.enums import Scope
from bookings.models import ApiKey, AuditEntry
from tests.bookings.api.callers import bearer, with_init_data, with_key, with_session
from tests.bookings.api.conftest import problem_of
from tests.bookings.api.manage.conftest import PATH, Manager
from tests.bookings.conftest import NOW, Salon


@pytest.fixture
def desk(salon: Salon) -> Manager:
    return Manager(with_session(salon.admin), salon)


def wanted(salon: Salon, **changes: Any) -> dict[str, Any]:
    return {"name": "Kiosk", "owner_id": salon.admin.pk, "scopes": [Scope.CATALOG_READ.value], **changes}


def test_a_key_opens_what_it_is_for_until_it_is_revoked(desk: Manager) -> None:
    made = desk.post("api-keys", wanted(desk.salon))
    assert (made.status_code, made["Cache-Control"]) == (201, "no-store")
    program = bearer(made.json()["token"])
    assert program.get(f"{PATH}/services").status_code == 200
    assert program.get(f"{PATH}/users").status_code == 403

    row = desk.get(made["Location"].removeprefix(f"{PATH}/")).json()
    assert row == {name: value for name, value in made.json().items() if name != "token"} | {
        "last_used_at": "2026-03-02T07:00:00Z"
    }
    assert desk.items("api-keys") == [row]
    assert "hash" not in str(row)

    path = f"api-keys/{row['id']}/revoke"
    assert [desk.post(path, {}).json()["revoked_at"] for _ in range(2)] == ["2026-03-02T07:00:00Z"] * 2
    assert program.get(f"{PATH}/services").status_code == 401
    assert [one["id"] for one in desk.items("api-keys", unrevoked="true")] == []
    trail = AuditEntry.objects.filter(entity="api_key", entity_id=row["id"]).order_by("id")
    assert [(entry.action, entry.actor_user_id) for entry in trail] == [
        ("created", desk.salon.admin.pk), ("revoked", desk.salon.admin.pk),
    ]  # fmt: skip


def test_the_same_request_makes_one_key_and_tells_its_token_once(desk: Manager) -> None:
    first, again = (desk.post("api-keys", wanted(desk.salon), **{"Idempotency-Key": "k"}) for _ in range(2))

    assert (again.status_code, again.json()) == (201, {**first.json(), "token": None})
    assert ApiKey.objects.count() == 1
    other = desk.post("api-keys", wanted(desk.salon, name="Other"), **{"Idempotency-Key": "k"})
    assert problem_of(other)["code"] == "idempotency_conflict"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"scopes": []}, 422, "invalid_request"),
        ({"scopes": ["everything"]}, 422, "invalid_request"),
        ({"name": ""}, 422, "invalid_request"),
        ({"name": "  "}, 422, "invalid_fields"),
        ({"owner_id": 999_999}, 422, "invalid_fields"),
        ({"expires_at": NOW.isoformat()}, 422, "invalid_fields"),
        ({"token": "bk_mine"}, 422, "invalid_request"),
    ],
)
def test_what_is_no_key(desk: Manager, changes: dict[str, Any], status: int, code: str) -> None:
    answer = desk.post("api-keys", wanted(desk.salon, **changes))
    problem = problem_of(answer)
    assert (answer.status_code, problem["code"]) == (status, code)
    assert [error["name"].partition(".")[0] for error in problem["errors"]] == list(changes)
    assert not ApiKey.objects.exists()


def test_clients_do_not_get_keys(desk: Manager) -> None:
    problem = problem_of(desk.post("api-keys", wanted(desk.salon, owner_id=desk.salon.client.pk)))
    assert problem["errors"] == [
        {"in": "body", "name": "owner_id", "detail": "No active admin or specialist has this id"}
    ]


def test_only_admins_at_their_desk_have_to_do_with_keys(salon: Salon) -> None:
    salon.anna_user.is_staff = True
    salon.anna_user.save()
    for client in (with_key(salon.admin), with_session(salon.anna_user), with_init_data(salon.admin)):
        before = ApiKey.objects.count()
        asker = Manager(client, salon)
        told = [
            asker.get("api-keys"), asker.get("api-keys/1"), asker.post("api-keys", wanted(salon)),
            asker.post("api-keys/1/revoke", {}),
        ]  # fmt: skip
        assert [(answer.status_code, problem_of(answer)["code"]) for answer in told] == [(403, "not_allowed")] * 4
        assert ApiKey.objects.count() == before
