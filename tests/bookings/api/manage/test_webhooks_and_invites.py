"""What is shown once over HTTP: the secrets of webhooks, the links of invitations."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from bookings.enums import Role, Scope
from bookings.models import AuditEntry, InviteToken
from bookings.services.joining import accept_invite
from notifications.models import WebhookEndpoint
from tests.bookings.api.callers import with_key, with_session
from tests.bookings.api.conftest import problem_of
from tests.bookings.api.manage.conftest import PATH, Manager
from tests.bookings.conftest import Salon, actor_of
from tests.factories import ClientFactory

HOOK = {"name": "CRM", "url": "https://crm.example.com/hook", "kinds": ["booking_created", "booking_cancelled"]}


@pytest.fixture
def desk(salon: Salon) -> Manager:
    return Manager(with_session(salon.admin), salon)


@pytest.fixture
def known_bot() -> Iterator[None]:
    """Nobody need be asked what the bot is called."""
    cache.set("bot_name", "salon_bot")
    yield
    cache.delete("bot_name")


class TestWebhooks:
    def test_the_secret_is_told_by_the_answer_that_made_it_alone(self, manager: Manager) -> None:
        made, again = (manager.post("webhooks", HOOK, **{"Idempotency-Key": "k"}) for _twice in range(2))
        hook = WebhookEndpoint.objects.get()

        assert (made.status_code, made["Cache-Control"]) == (201, "no-store")
        assert made.json()["secret"] == hook.secret
        assert made.json()["kinds"] == ["booking_cancelled", "booking_created"]
        assert (again.status_code, again.json()) == (201, {**made.json(), "secret": None})
        assert hook.secret not in manager.get(f"webhooks/{hook.pk}").content.decode()
        assert hook.secret not in str(manager.items("webhooks"))

    def test_after_a_rotation_two_secrets_are_good_for_a_day(self, manager: Manager) -> None:
        before = manager.post("webhooks", HOOK).json()
        path = f"webhooks/{before['id']}/rotate-secret"
        rotated, again = (manager.post(path, {}, **{"Idempotency-Key": "k"}) for _twice in range(2))
        hook = WebhookEndpoint.objects.get()

        assert (rotated.status_code, rotated["Cache-Control"]) == (200, "no-store")
        assert (hook.secret, hook.previous_secret) == (rotated.json()["secret"], before["secret"])
        assert rotated.json()["previous_until"] == "2026-03-03T07:00:00Z"
        assert again.json() == {**rotated.json(), "secret": None}
        assert problem_of(manager.post("webhooks/999999/rotate-secret", {}))["code"] == "not_found"
        assert hook.secret not in str(list(AuditEntry.objects.values()))

    @pytest.mark.parametrize(
        ("values", "code", "name"),
        [
            ({"url": "http://crm.example.com/"}, "invalid_fields", "url"),
            ({"url": "https://user:word@crm.example.com/"}, "invalid_fields", "url"),
            ({"url": "https://0x7f.1/"}, "invalid_fields", "url"),
            ({"url": "https://[::ffff:10.0.0.1]/"}, "invalid_fields", "url"),
            ({"url": "https://x/" + "x" * 500}, "invalid_request", "url"),
            ({"kinds": []}, "invalid_request", "kinds"),
            ({"kinds": ["dead_letters"]}, "invalid_request", "kinds.0"),
            ({"name": " "}, "invalid_request", "name"),
            ({"secret": "mine"}, "invalid_request", "secret"),
        ],
    )
    def test_what_cannot_be_is_named(self, manager: Manager, values: dict[str, Any], code: str, name: str) -> None:
        hook = manager.post("webhooks", HOOK).json()
        for answer in (
            manager.post("webhooks", HOOK | values),
            manager.patch(f"webhooks/{hook['id']}", values),
        ):
            problem = problem_of(answer)
            assert (answer.status_code, problem["code"]) == (422, code)
            assert [error["name"] for error in problem["errors"]] == [name]
        assert WebhookEndpoint.objects.count() == 1

    def test_switching_it_on_again_forgets_why_it_was_stopped(self, manager: Manager) -> None:
        hook = manager.post("webhooks", HOOK).json()
        WebhookEndpoint.objects.update(is_active=False, stopped_because="410 Gone")

        changed = manager.patch(f"webhooks/{hook['id']}", {"is_active": True}).json()

        assert (changed["is_active"], changed["stopped_because"], changed["name"]) == (True, "", "CRM")

    def test_a_key_that_only_reads_makes_none(self, salon: Salon) -> None:
        reader = Manager(with_key(salon.admin, [Scope.NOTIFICATIONS_READ]), salon)

        assert problem_of(reader.post("webhooks", HOOK))["code"] == "insufficient_scope"
        assert problem_of(reader.post("webhooks/1/rotate-secret", {}))["code"] == "insufficient_scope"
        assert reader.items("webhooks") == []


class TestInvites:
    @pytest.mark.usefixtures("known_bot")
    def test_a_link_lets_one_person_in_until_it_is_taken_back(self, desk: Manager) -> None:
        made, again = (desk.post("invites", {"role": "admin"}, **{"Idempotency-Key": "k"}) for _twice in range(2))
        row = made.json()

        assert (made.status_code, made["Cache-Control"], row["state"]) == (201, "no-store", "open")
        payload = row["command"].removeprefix("/start ")
        assert (row["link"], row["expires_at"]) == (
            f"https://t.me/salon_bot?start={payload}", "2026-03-09T07:00:00Z",
        )  # fmt: skip
        assert (again.status_code, again.json()) == (201, row)
        kept = {name: value for name, value in row.items() if name not in ("link", "command")}
        assert desk.get(made["Location"].removeprefix(f"{PATH}/")).json() == kept
        path = f"invites/{row['id']}/revoke"
        assert [desk.post(path, {}).json()["state"] for _twice in range(2)] == ["revoked", "revoked"]
        assert InviteToken.objects.count() == 1

    def test_who_has_joined_by_it_stays(self, desk: Manager) -> None:
        salon = desk.salon
        row = desk.post("invites", {"role": "specialist", "specialist_id": salon.boris.pk}).json()
        person = ClientFactory.create(role=Role.CLIENT)
        accept_invite(actor=actor_of(person), token=row["command"].removeprefix("/start invite_"))

        refused = desk.post(f"invites/{row['id']}/revoke", {})

        assert (refused.status_code, problem_of(refused)["code"]) == (409, "invite_refused")
        assert desk.get(f"invites/{row['id']}").json()["used_by_id"] == person.pk

    @pytest.mark.parametrize(
        ("body", "status", "code", "names"),
        [
            ({"role": "client"}, 422, "invalid_request", ["role"]),
            ({"role": "specialist"}, 422, "invalid_fields", ["specialist_id"]),
            ({"role": "admin", "specialist_id": 1}, 422, "invalid_fields", ["specialist_id"]),
            ({"role": "specialist", "specialist_id": 999_999}, 404, "not_found", []),
        ],
    )
    def test_what_is_no_invitation(
        self, desk: Manager, body: dict[str, Any], status: int, code: str, names: list[str]
    ) -> None:
        answer = desk.post("invites", body)

        problem = problem_of(answer)
        assert (answer.status_code, problem["code"]) == (status, code)
        assert [error["name"] for error in problem.get("errors", [])] == names
        assert not InviteToken.objects.exists()

    def test_no_key_lets_anybody_in(self, manager: Manager) -> None:
        answers = [manager.post("invites", {"role": "admin"}), manager.post("invites/1/revoke", {})]

        assert [problem_of(answer)["code"] for answer in answers] == ["not_allowed"] * 2
        assert manager.items("invites") == []
