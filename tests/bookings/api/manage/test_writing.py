"""Creating, changing and deleting rows over HTTP."""

from typing import Any

import pytest

from bookings.enums import Role
from bookings.models import AuditEntry, Service, Specialist, Tag
from tests.bookings.api.callers import with_session
from tests.bookings.api.conftest import problem_of
from tests.bookings.api.manage.conftest import PATH, Manager
from tests.bookings.conftest import TOMORROW, Salon
from tests.factories import ClientFactory, RoomFactory

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


def test_what_was_agreed_on_keeps_its_currency(manager: Manager) -> None:
    manager.salon.book(TOMORROW)
    manager.patch("company", {"currency": "USD"})
    path = f"services/{manager.salon.service.pk}"
    service = manager.get(path)

    assert service.json()["currency"] == "USD"
    assert [item["currency"] for item in manager.items("booking-items")] == ["EUR"]
    assert manager.patch(path, {"price": 60}, **{"If-Match": service["ETag"]}).json()["currency"] == "USD"


class TestRefusals:
    @pytest.mark.parametrize(
        ("change", "code", "name"),
        [
            ({"duration_minutes": 4}, "invalid_request", "duration_minutes"),
            ({"duration_minutes": 10**30}, "invalid_request", "duration_minutes"),
            ({"duration_minutes": "soon"}, "invalid_request", "duration_minutes"),
            ({"duration_minutes": None}, "invalid_request", "duration_minutes"),
            ({"price": "NaN"}, "invalid_request", "price"),
            ({"price": "1e400"}, "invalid_request", "price"),
            ({"price": "1.005"}, "invalid_request", "price"),
            ({"category_id": 2**63}, "invalid_request", "category_id"),
            ({"category_id": 999_999}, "invalid_fields", "category_id"),
            ({"name": {"ru": "", "en": " "}}, "invalid_request", "name"),
            ({"name": {"ru": "x" * 201, "en": ""}}, "invalid_request", "name"),
            ({"name": {"ru": "a\x00b", "en": ""}}, "invalid_request", "name.ru"),
            ({"name": "Haircut"}, "invalid_request", "name"),
            ({"name": {"ru": "a", "en": "b", "de": "c"}}, "invalid_request", "name.de"),
            ({"id": 7}, "invalid_request", "id"),
            ({"invented": 1}, "invalid_request", "invented"),
        ],
    )
    def test_a_value_that_cannot_be_is_named(
        self, change: dict[str, Any], code: str, name: str, manager: Manager
    ) -> None:
        answer = manager.patch(f"services/{manager.salon.service.pk}", change)

        assert answer.status_code == 422
        problem = problem_of(answer)
        assert (problem["code"], [(error["in"], error["name"]) for error in problem["errors"]]) == (
            code, [("body", name)],
        )  # fmt: skip

    def test_fields_have_the_names_of_the_api(self, manager: Manager) -> None:
        answer = manager.patch(f"specialists/{manager.salon.anna.pk}", {"location_ids": [999_999]})

        assert problem_of(answer)["errors"] == [
            {"in": "body", "name": "location_ids", "detail": "There is none with the id 999999"}
        ]

    @pytest.mark.parametrize(
        ("path", "body", "named"),
        [
            (
                "promotions", {"code": "A", "kind": "percent", "value": "101.00"},
                {"kind": "A discount is more than nothing, and at most 100 percent.",
                 "value": "A discount is more than nothing, and at most 100 percent."},
            ),
            (
                "promotions", {"code": "A", "kind": "amount", "value": 5, "valid_from": "2026-05-02", "valid_to": "2026-05-01"},
                {"valid_from": "The last day lies before the first.", "valid_to": "The last day lies before the first."},
            ),
            (
                "ad-templates",
                {"name": "A", "text_en": "A", "starts_at": "2026-05-02T00:00:00Z", "ends_at": "2026-05-01T00:00:00Z"},
                {"ends_at": "It ends before it begins."},
            ),
            ("users", {"first_name": "Ada", "phone": "none"}, {"phone": "Not a phone number"}),
            ("tags", {"name": "TAG 1"}, {"name": "There is a tag with this name already."}),
            ("users", {"first_name": "Ada", "tag_ids": [0x7FFFFFFF]}, {"tag_ids": "There is none with the id 2147483647"}),
            ("users", {"first_name": "1"}, {"first_name": "A name has letters and fits a line"}),
        ],
    )  # fmt: skip
    def test_values_that_do_not_go_together_are_named_without_the_words_of_the_database(
        self, path: str, body: dict[str, Any], named: dict[str, str], manager: Manager
    ) -> None:
        Tag.objects.create(name="Tag 1")
        problem = problem_of(manager.post(path, body))

        assert problem["code"] == "invalid_fields"
        assert {error["name"]: error["detail"] for error in problem["errors"]} == named

    def test_of_several_that_do_not_go_together_the_one_that_came_is_named(self, manager: Manager) -> None:
        problem = problem_of(manager.patch("notification-policy", {"quiet_until": None}))

        assert problem["errors"] == [
            {"in": "body", "name": "quiet_until", "detail": "These values do not go together."}
        ]

    def test_what_is_unique_is_not_made_twice(self, manager: Manager) -> None:
        salon = manager.salon
        answer = manager.post(
            "specialist-services", {"specialist_id": salon.anna.pk, "service_id": salon.service.pk}
        )

        problem = problem_of(answer)
        assert problem["code"] == "invalid_fields"
        assert "already exists" in problem["detail"]
        assert [error["name"] for error in problem["errors"]] == ["specialist_id", "service_id"]

    @pytest.mark.parametrize(
        ("noun", "value"),
        [
            ("services", {"price": True}),
            ("services", {"duration_minutes": "45"}),
            ("services", {"needs_room": "yes"}),
            ("services", {"repeat_after_days": True}),
            ("specialists", {"location_ids": [True]}),
            ("specialists", {"location_ids": ["1"]}),
        ],
    )
    def test_nothing_is_taken_for_what_it_is_not(self, noun: str, value: dict[str, Any], manager: Manager) -> None:
        row = manager.salon.service if noun == "services" else manager.salon.anna
        problem = problem_of(manager.patch(f"{noun}/{row.pk}", value))

        assert (problem["code"], [error["name"] for error in problem["errors"]]) == (
            "invalid_request",
            list(value),
        )

    def test_a_constraint_says_what_it_wants(self, manager: Manager) -> None:
        answer = manager.post(
            "calendar-overrides",
            {"kind": "closed", "location_id": 1, "date_from": "2026-05-02", "date_to": "2026-05-01"},
        )

        assert "The last date lies before the first." in problem_of(answer)["detail"]

    @pytest.mark.parametrize("hours", [("14:00", "13:00", False), ("14:00", "15:00", True), (None, None, True)])
    def test_hours_that_end_before_they_begin_are_meant(
        self, hours: tuple[str | None, str | None, bool], manager: Manager
    ) -> None:
        starts_at, ends_at, over_midnight = hours
        answer = manager.post(
            "calendar-overrides",
            {
                "kind": "closed", "location_id": manager.salon.location.pk, "date_from": "2026-05-01",
                "date_to": "2026-05-01", "starts_at": starts_at, "ends_at": ends_at, "over_midnight": over_midnight,
            },
        )  # fmt: skip

        problem = problem_of(answer)
        assert (answer.status_code, problem["code"]) == (422, "invalid_fields")
        assert "The hours end before they begin" in problem["detail"]

    @pytest.mark.parametrize(
        "hours", [("14:00", "10:00", False), ("10:00", "14:00", True), ("10:00", "10:00", False)]
    )
    def test_weekly_hours_of_a_night_are_meant(self, hours: tuple[str, str, bool], manager: Manager) -> None:
        starts_at, ends_at, over_midnight = hours
        wanted = {
            "location_id": manager.salon.location.pk,
            "weekday": 6,
            "starts_at": starts_at,
            "ends_at": ends_at,
        }

        problem = problem_of(manager.post("working-hours", {**wanted, "over_midnight": over_midnight}))

        assert problem["code"] == "invalid_fields"
        assert {error["name"] for error in problem["errors"]} == {"starts_at", "ends_at", "over_midnight"}

    def test_00_00_is_the_end_of_the_day_as_well(self, manager: Manager) -> None:
        wanted = {"location_id": manager.salon.location.pk, "weekday": 6, "starts_at": "14:00", "ends_at": "00:00"}

        assert [
            manager.post("working-hours", {**wanted, **more}).status_code for more in ({}, {"over_midnight": True})
        ] == [201, 201]

    @pytest.mark.parametrize(
        ("path", "values", "code"),
        [
            ("locations/{location}", {"latitude": "90.000001"}, "invalid_request"),
            ("locations/{location}", {"latitude": -91}, "invalid_request"),
            ("locations/{location}", {"longitude": 180.5}, "invalid_request"),
            ("locations/{location}", {"longitude": "-180.000001"}, "invalid_request"),
            ("company", {"cancel_window_minutes": 525_601}, "invalid_request"),
            ("company", {"reschedule_window_minutes": 2**31 - 1}, "invalid_request"),
            ("company", {"min_notice_minutes": 525_601}, "invalid_request"),
            ("company", {"horizon_days": 731}, "invalid_request"),
            ("company", {"currency": "EURO"}, "invalid_request"),
            ("company", {"currency": "eur"}, "invalid_fields"),
            ("company", {"currency": "XXX"}, "invalid_fields"),
            ("company", {"currency": "DEM"}, "invalid_fields"),
        ],
    )
    def test_places_are_on_earth_money_is_paid_with_and_rules_bind_for_a_year_at_most(
        self, path: str, values: dict[str, Any], code: str, manager: Manager
    ) -> None:
        answer = manager.patch(path.format(location=manager.salon.location.pk), values)

        problem = problem_of(answer)
        assert (answer.status_code, problem["code"]) == (422, code)
        assert [error["name"] for error in problem["errors"]] == list(values)

    @pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"a":' * 3000, b"[]", b"null", b"1"])
    def test_a_body_that_is_no_object_is_refused(self, body: bytes, manager: Manager) -> None:
        for method, path in (("POST", "services"), ("PATCH", f"services/{manager.salon.service.pk}")):
            answer = manager.client.generic(method, f"{PATH}/{path}", body, content_type="application/json")
            assert answer.status_code in (400, 422), (method, body)

    def test_only_some_of_a_person_can_be_set(self, manager: Manager) -> None:
        for name in ("password", "is_superuser", "is_staff", "tg_id", "username"):
            answer = manager.patch(f"users/{manager.salon.client.pk}", {name: 1})
            assert problem_of(answer)["errors"][0]["name"] == name

    def test_a_key_makes_nobody_an_admin(self, manager: Manager) -> None:
        answer = manager.patch(f"users/{manager.salon.client.pk}", {"role": "admin"})
        assert (answer.status_code, problem_of(answer)["code"]) == (403, "not_allowed")

    def test_a_number_that_is_none(self, manager: Manager) -> None:
        answer = manager.post("users", {"first_name": "Ada", "phone": "call me"})
        assert (answer.status_code, problem_of(answer)["code"]) == (422, "invalid_fields")


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
