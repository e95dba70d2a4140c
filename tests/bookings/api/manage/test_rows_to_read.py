"""Rows that are read, and those of notifications."""

import pytest

from bookings.enums import Role
from bookings.models import AuditEntry, Specialist
from tests.bookings.api.callers import with_session
from tests.bookings.api.conftest import problem_of
from tests.bookings.api.manage.conftest import Manager
from tests.bookings.conftest import Salon
from tests.factories import ClientFactory


class TestReading:
    def test_bookings_have_their_times_twice(self, manager: Manager) -> None:
        manager.salon.book()
        (item,) = manager.items("bookings")
        assert item["starts_at"] == {"utc": "2026-03-03T09:00:00Z", "local": "2026-03-03T10:00:00+01:00"}

    def test_bookings_are_found_by_what_was_done_and_by_whom(self, manager: Manager) -> None:
        card = manager.salon.book()
        found = [
            [item["id"] for item in manager.items("bookings", **query)]
            for query in (
                {"specialist_id": manager.salon.anna.pk}, {"specialist_id": manager.salon.boris.pk},
                {"service_id": manager.salon.service.pk},
            )
        ]  # fmt: skip
        assert found == [[card.id], [], [card.id]]

    @pytest.mark.parametrize("q", ["Ада", "ада", "АДА", "ada", "+34600"])
    def test_people_are_found_in_any_case(self, q: str, manager: Manager) -> None:
        ada = ClientFactory.create(first_name="Ада", last_name="Ada", phone="+34600000000")
        assert [item["id"] for item in manager.items("users", q=q)] == [ada.pk]

    @pytest.mark.parametrize("q", ["стриж", "Hair", "HAIR", "стрижка “ёж”"])
    def test_texts_are_found_in_every_language(self, q: str, manager: Manager) -> None:
        salon = manager.salon
        manager.patch(f"services/{salon.service.pk}", {"name": {"ru": "Стрижка “ёж”", "en": "Haircut"}})
        assert [item["id"] for item in manager.items("services", q=q)] == [salon.service.pk]
        assert manager.items("services", q="%") == []

    def test_a_specialist_at_the_site_reads_their_own_and_changes_nothing(self, salon: Salon) -> None:
        salon.anna_user.is_staff = True
        salon.anna_user.save()
        site = Manager(with_session(salon.anna_user), salon)
        salon.book()

        assert {row["specialist_id"] for row in site.items("working-hours")} == {salon.anna.pk}
        assert len(site.items("bookings")) == 1
        assert site.get("company").status_code == 403
        assert site.patch(f"specialists/{salon.anna.pk}", {"position": 1}).status_code == 403
        assert site.get(f"specialists/{salon.boris.pk}").status_code == 404
        assert Specialist.objects.get(pk=salon.anna.pk).user is not None
        assert salon.anna_user.role == Role.SPECIALIST


class TestNotifications:
    def test_a_cell_of_the_table_is_changed_not_made_or_deleted(self, manager: Manager) -> None:
        (row, *_rest) = manager.items("notification-settings")
        changed = manager.patch(f"notification-settings/{row['id']}", {"enabled": False, "text_en": "Hi {client}"})

        assert changed.status_code == 200, changed.content
        assert changed.json() == {**row, "enabled": False, "text_en": "Hi {client}"}
        assert manager.post("notification-settings", {}).status_code == 405
        assert manager.delete(f"notification-settings/{row['id']}").status_code == 405

    def test_a_text_that_telegram_would_refuse_is_named(self, manager: Manager) -> None:
        (row, *_rest) = manager.items("notification-settings")
        answer = manager.patch(f"notification-settings/{row['id']}", {"text_en": "<b>Hi {nobody}"})

        problem = problem_of(answer)
        assert (problem["code"], problem["errors"][0]["name"]) == ("invalid_fields", "text_en")

    def test_the_policy_is_one_row(self, manager: Manager) -> None:
        changed = manager.patch("notification-policy", {"reminder_minutes": [60, 30], "quiet_from": None})

        assert problem_of(changed)["code"] == "invalid_fields", "both or neither"
        both = {"reminder_minutes": [60, 30], "quiet_from": None, "quiet_until": None}
        assert manager.patch("notification-policy", both).json().items() >= both.items()

    def test_a_subscription_is_deleted_and_its_address_told_to_nobody(self, full: Manager) -> None:
        (row, *_rest) = full.items("push-subscriptions")

        assert "push.example" not in str(row)
        assert full.delete(f"push-subscriptions/{row['id']}").status_code == 204
        entry = AuditEntry.objects.first()
        assert entry is not None
        assert entry.before is not None
        assert (entry.action, entry.before["endpoint"]) == ("deleted", "***")

    def test_a_dead_letter_is_closed_once(self, full: Manager) -> None:
        (row, *rest) = full.items("dead-letters")
        closed = full.post(f"dead-letters/{row['id']}/discard", {})

        assert (closed.status_code, closed.json()["state"]) == (200, "discarded")
        assert closed.json()["resolved_by_id"] == full.salon.admin.pk
        repeated = (full.post(f"dead-letters/{rest[0]['id']}/discard", {}, Idempotency_Key="d") for _ in range(2))
        assert [answer.status_code for answer in repeated] == [200, 200]
        conflict = full.post(f"dead-letters/{row['id']}/discard", {}, Idempotency_Key="d")
        assert problem_of(conflict)["code"] == "idempotency_conflict"
        again = full.post(f"dead-letters/{row['id']}/requeue", {})
        assert (again.status_code, problem_of(again)["code"]) == (409, "letter_settled")
        entry = AuditEntry.objects.first()
        assert entry is not None
        assert (entry.entity, entry.before, entry.after) == (
            "dead_letter", {"state": "open"}, {"state": "discarded"},
        )  # fmt: skip

    def test_a_letter_that_nobody_takes_back_stays_open(self, full: Manager) -> None:
        (row, *_rest) = full.items("dead-letters")
        answer = full.post(f"dead-letters/{row['id']}/requeue", {})

        assert (answer.status_code, problem_of(answer)["code"]) == (409, "cannot_requeue")
        assert full.get(f"dead-letters/{row['id']}").json()["state"] == "open"
        assert full.post("dead-letters/999999/requeue", {}).status_code == 404
