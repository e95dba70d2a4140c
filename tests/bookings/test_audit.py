"""The audit: who changed what, by which door, what it was before and what it is after."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from i18nfield.strings import LazyI18nString

from bookings.actor import Actor
from bookings.enums import Door, Role
from bookings.models import AuditEntry, SpecialistService
from bookings.services import audit
from bookings.services.cancel_booking import cancel_booking
from bookings.services.reschedule_booking import reschedule_booking
from tests.bookings.conftest import NOW, TOMORROW, Salon

ADMIN = Actor(role=Role.ADMIN, door=Door.API, user_id=7, trace_id="trace-9", key_id=3)


def write(before: audit.Values | None, after: audit.Values | None) -> AuditEntry:
    audit.record(actor=ADMIN, action="updated", entity="service", entity_id=5, before=before, after=after)
    return AuditEntry.objects.get()


def test_says_who_by_which_door_and_key_what_and_when(db: None, frozen: Any) -> None:
    entry = write({"price": Decimal("10.00")}, {"price": Decimal("12.50")})

    assert (entry.actor_user_id, entry.actor_role, entry.actor_key_id, entry.door) == (7, "admin", 3, "api")
    assert (entry.action, entry.entity, entry.entity_id, entry.trace_id) == ("updated", "service", 5, "trace-9")
    assert (entry.before, entry.after, entry.at) == ({"price": "10.00"}, {"price": "12.50"}, NOW)


def test_what_stayed_the_same_is_left_out(db: None) -> None:
    entry = write({"a": 1, "b": 2, "gone": 3}, {"a": 1, "b": 4})

    assert (entry.before, entry.after) == ({"b": 2, "gone": 3}, {"b": 4})


def test_values_are_kept_as_json_has_them(db: None) -> None:
    values = {
        "name": LazyI18nString({"ru": "Стрижка", "en": "Haircut"}), "at": NOW, "day": NOW.date(), "time": NOW.time(),
        "price": Decimal("1.50"), "many": (1, {"x": Decimal(2)}), "role": Role.ADMIN, "none": None, "on": True,
    }  # fmt: skip

    assert write(None, values).after == {
        "name": {"ru": "Стрижка", "en": "Haircut"}, "at": "2026-03-02T07:00:00+00:00", "day": "2026-03-02",
        "time": "07:00:00", "price": "1.50", "many": [1, {"x": "2"}], "role": "admin", "none": None, "on": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", ["password", "key_hash", "api_token", "client_secret", "auth", "endpoint", "p256dh"]
)
def test_secrets_are_never_kept_only_that_they_changed(name: str, db: None) -> None:
    entry = write({name: ""}, {name: "hunter2"})

    assert (entry.before, entry.after) == ({name: ""}, {name: "***"})


def test_an_entry_vanishes_with_the_change_that_was_rolled_back(db: None) -> None:
    with transaction.atomic():
        write(None, {"a": 1})
        transaction.set_rollback(True)

    assert not AuditEntry.objects.exists()


def test_rows_are_named_by_the_words_of_their_model() -> None:
    assert audit.entity_of(SpecialistService) == "specialist_service"


class TestBookings:
    def test_every_change_of_a_booking_is_audited(self, salon: Salon) -> None:
        card = salon.book(comment="a window, please")
        moved = TOMORROW + timedelta(hours=2)
        reschedule_booking(actor=salon.as_admin, booking_id=card.id, starts_at=moved)
        cancel_booking(actor=salon.as_client, booking_id=card.id, reason="ill")

        made, move, cancel = AuditEntry.objects.order_by("id")
        assert {(entry.entity, entry.entity_id) for entry in (made, move, cancel)} == {("booking", card.id)}
        assert (made.action, made.actor_user_id, made.door, made.before) == (
            "created",
            salon.client.pk,
            "api",
            None,
        )
        assert made.after == {
            "status": "confirmed", "client_id": salon.client.pk, "location_id": salon.location.pk, "price": "50.00",
            "starts_at": "2026-03-03T09:00:00+00:00", "ends_at": "2026-03-03T10:00:00+00:00", "currency": "EUR",
            "comment": "a window, please",
        }  # fmt: skip
        assert (move.action, move.actor_user_id, move.actor_role, move.door) == (
            "rescheduled", salon.admin.pk, "admin", "admin",
        )  # fmt: skip
        assert move.before == {"starts_at": "2026-03-03T09:00:00+00:00", "ends_at": "2026-03-03T10:00:00+00:00"}
        assert move.after == {"starts_at": "2026-03-03T11:00:00+00:00", "ends_at": "2026-03-03T12:00:00+00:00"}
        assert (cancel.action, cancel.before, cancel.after) == (
            "cancelled", {"status": "confirmed"}, {"status": "cancelled", "reason": "ill"},
        )  # fmt: skip


class TestAdminPage:
    @pytest.fixture
    def site(self, salon: Salon, client: Client) -> Client:
        client.force_login(salon.admin)
        return client

    def test_lists_entries_with_filters_and_escapes_what_strangers_wrote(self, site: Client, salon: Salon) -> None:
        salon.book(comment="<script>alert(1)</script>")
        page = site.get(reverse("admin:bookings_auditentry_changelist"), {"entity": "booking", "door": "api"})

        assert page.status_code == 200
        assert salon.client.display_name in page.content.decode()
        assert "<script>alert(1)" not in page.content.decode()
        other = site.get(reverse("admin:bookings_auditentry_changelist"), {"entity": "service"})
        assert salon.client.display_name not in other.content.decode()

    def test_cannot_be_changed_by_anybody(self, site: Client, salon: Salon) -> None:
        salon.book()
        entry = AuditEntry.objects.get()
        change = reverse("admin:bookings_auditentry_change", args=[entry.pk])

        assert site.get(change).status_code == 200
        assert site.post(change, {"action": "nothing"}).status_code == 403
        assert site.post(reverse("admin:bookings_auditentry_delete", args=[entry.pk])).status_code == 403
        assert site.get(reverse("admin:bookings_auditentry_add")).status_code == 403

    def test_a_page_of_entries_costs_the_same_however_many_people(
        self, site: Client, salon: Salon, django_assert_max_num_queries: Any
    ) -> None:
        for hour in range(4):
            salon.book(TOMORROW + timedelta(hours=hour), actor=salon.as_admin if hour % 2 else salon.as_client)
        with django_assert_max_num_queries(8):
            site.get(reverse("admin:bookings_auditentry_changelist"))
