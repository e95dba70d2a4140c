"""Creating, changing and deleting rows over HTTP."""

from typing import Any

import pytest

from bookings.models import AuditEntry, Service, Specialist, Tag
from tests.bookings.api.conftest import problem_of
from tests.bookings.api.manage.conftest import PATH, Manager
from tests.bookings.conftest import Salon
from tests.factories import RoomFactory

NAME = {"ru": "Имя", "en": "Name"}

OTHER = {"ru": "Другое", "en": "Other"}


def bodies(salon: Salon) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """For each noun what a new row is made of, and then a change of it."""
    return {
        "locations": (
            {"name": NAME, "timezone": "Europe/Madrid", "latitude": 40.4, "longitude": "-3.7"},
            {"address": OTHER, "is_active": False},
        ),
        "rooms": ({"location_id": salon.location.pk, "name": NAME}, {"name": OTHER}),
        "categories": ({"name": NAME}, {"position": 3}),
        "services": (
            {"category_id": salon.service.category_id, "name": NAME, "duration_minutes": 45, "price": "12.50"},
            {"price": 13, "needs_room": True, "repeat_after_days": 28, "description": OTHER},
        ),
        "specialists": ({"name": NAME, "location_ids": [salon.location.pk]}, {"location_ids": [], "bio": OTHER}),
        "specialist-services": (
            {"specialist_id": salon.boris.pk, "service_id": 0, "price": "9.00"},
            {"price": None, "duration_minutes": 25},
        ),
        "working-hours": (
            {
                "location_id": salon.location.pk,
                "weekday": 6,
                "starts_at": "22:00",
                "ends_at": "02:00",
                "over_midnight": True,
            },
            {"valid_from": "2026-05-01", "starts_at": "21:30"},
        ),
        "calendar-overrides": (
            {"kind": "closed", "specialist_id": salon.anna.pk, "date_from": "2026-05-01", "date_to": "2026-05-02"},
            {"starts_at": "12:00", "ends_at": "13:00", "reason": "dentist"},
        ),
        "promotions": (
            {"code": "spring", "kind": "percent", "value": "15.00", "service_ids": [salon.service.pk]},
            {"service_ids": [], "valid_to": "2026-06-01", "usage_limit": 100},
        ),
        "ad-templates": (
            {"name": "Spring", "text_en": "Flowers!", "starts_at": "2026-04-01T00:00:00+02:00"},
            {"ends_at": "2026-05-01T00:00:00Z", "weight": 5},
        ),
        "webhooks": (
            {"name": "CRM", "url": "https://crm.example.com/hook", "kinds": ["booking_created"]},
            {"kinds": ["booking_cancelled", "booking_created"], "is_active": False},
        ),
        "users": (
            {"first_name": "Ada", "phone": "+34600000000"},
            {"language": "en", "is_banned": True, "tag_ids": [Tag.objects.get_or_create(name="VIP")[0].pk]},
        ),
        "tags": ({"name": "Regular"}, {"name": "regular"}),
    }


@pytest.mark.parametrize(
    "noun",
    [
        "locations", "rooms", "categories", "services", "specialists", "specialist-services", "working-hours",
        "calendar-overrides", "promotions", "ad-templates", "webhooks", "users", "tags",
    ],
)  # fmt: skip
def test_a_row_is_made_read_changed_and_deleted(noun: str, manager: Manager) -> None:
    new, change = bodies(manager.salon)[noun]
    if noun == "specialist-services":
        new["service_id"] = manager.post("services", bodies(manager.salon)["services"][0]).json()["id"]

    made = manager.post(noun, new)
    assert made.status_code == 201, made.content
    assert made["Location"] == f"{PATH}/{noun}/{made.json()['id']}"
    path = f"{noun}/{made.json()['id']}"
    row = {name: value for name, value in made.json().items() if name != "secret"}
    assert manager.get(path).json() == row
    assert {name: row[name] for name in new} == {**new, **_as_answered(new)}

    changed = manager.patch(path, change)
    assert changed.status_code == 200, changed.content
    assert changed.json() == {**row, **change, **_as_answered(change)} == manager.get(path).json()

    assert manager.delete(path).status_code == 204
    assert manager.get(path).status_code == 404
    assert manager.delete(path).status_code == 404
    trail = AuditEntry.objects.filter(entity_id=made.json()["id"], entity=_entity(noun)).order_by("id")
    assert [entry.action for entry in trail] == ["created", "updated", "deleted"]
    assert {(entry.door, entry.actor_key_id is not None) for entry in trail} == {("api", True)}


def _as_answered(body: dict[str, Any]) -> dict[str, Any]:
    """Money is a string, coordinates are numbers, whichever was sent."""
    told: dict[str, Any] = {}
    if "code" in body:
        told["code"] = body["code"].upper()
    if body.get("starts_at", "").endswith("+02:00"):
        told["starts_at"] = "2026-03-31T22:00:00Z"
    if body.get("price") is not None:
        told["price"] = f"{float(body['price']):.2f}"
    return told | {name: float(body[name]) for name in ("latitude", "longitude") if name in body}


def _entity(noun: str) -> str:
    names = {"categories": "service_category", "working-hours": "working_hours", "webhooks": "webhook_endpoint"}
    return names.get(noun, noun.replace("-", "_").removesuffix("s"))


class TestConcurrency:
    def test_a_change_of_what_was_read_goes_through(self, manager: Manager) -> None:
        path = f"services/{manager.salon.service.pk}"
        etag = manager.get(path)["ETag"]
        changed = manager.patch(path, {"position": 4}, **{"If-Match": etag})

        assert changed.status_code == 200
        assert changed["ETag"] == manager.get(path)["ETag"] != etag

    def test_a_change_of_something_else_is_refused_and_writes_nothing(self, manager: Manager) -> None:
        path = f"services/{manager.salon.service.pk}"
        etag = manager.get(path)["ETag"]
        manager.patch(path, {"position": 4})
        for answer in (
            manager.patch(path, {"position": 5}, **{"If-Match": etag}),
            manager.patch(path, {"position": 5}, **{"If-Match": f"W/{manager.get(path)['ETag']}"}),
            manager.delete(path, **{"If-Match": etag}),
        ):
            assert (answer.status_code, problem_of(answer)["code"]) == (412, "precondition_failed")
        assert Service.objects.get().position == 4

    def test_the_same_idempotency_key_makes_one_row(self, manager: Manager) -> None:
        body = {"name": NAME}
        made = [manager.post("categories", body, **{"Idempotency-Key": "k1"}) for _ in range(2)]
        other = manager.post("categories", {"name": OTHER}, **{"Idempotency-Key": "k1"})

        assert made[0].json() == made[1].json()
        assert problem_of(other)["code"] == "idempotency_conflict"


class TestDeleting:
    def test_of_what_is_in_use_says_what_uses_it(self, manager: Manager) -> None:
        manager.salon.book()
        answer = manager.delete(f"specialists/{manager.salon.anna.pk}")

        assert answer.status_code == 409
        assert problem_of(answer) == {
            "code": "in_use",
            "detail": "It is in use: 1 allocation, 1 booking_item",
            "details": {"used_by": {"allocation": 1, "booking_item": 1}, "can_be_archived": True},
        }

    def test_archives_instead_when_that_is_asked_for(self, manager: Manager) -> None:
        manager.salon.book()
        answer = manager.delete(f"specialists/{manager.salon.anna.pk}?archive_if_in_use=true")

        assert (answer.status_code, answer.json()["is_active"]) == (200, False)
        assert not Specialist.objects.get(pk=manager.salon.anna.pk).is_active

    def test_deletes_what_is_not_in_use_all_the_same(self, manager: Manager) -> None:
        room = RoomFactory.create(location=manager.salon.location)
        assert manager.delete(f"rooms/{room.pk}?archive_if_in_use=true").status_code == 204


class TestCompany:
    def test_is_one_that_is_read_and_changed(self, manager: Manager) -> None:
        before = manager.get("company").json()
        changed = manager.patch("company", {"horizon_days": 90, "name": NAME})

        assert changed.status_code == 200
        assert changed.json() == {**before, "horizon_days": 90, "name": NAME} == manager.get("company").json()

    def test_keeps_to_the_steps_there_are(self, manager: Manager) -> None:
        answer = manager.patch("company", {"slot_step_minutes": 7})
        problem = problem_of(answer)
        said = "Visits cannot begin every 7 minutes; one of these can be set: 5, 6, 8, 10, 12, 15, 20, 24, 30, 40, 45, 60"
        assert (problem["code"], problem["errors"]) == (
            "invalid_fields", [{"in": "body", "name": "slot_step_minutes", "detail": said}],
        )  # fmt: skip

    def test_is_changed_only_as_it_was_read(self, manager: Manager) -> None:
        answer = manager.patch("company", {"horizon_days": 91}, **{"If-Match": '"other"'})
        assert answer.status_code == 412

    def test_cannot_be_made_or_deleted(self, manager: Manager) -> None:
        assert manager.post("company", {}).status_code == 405
        assert manager.delete("company").status_code == 405
