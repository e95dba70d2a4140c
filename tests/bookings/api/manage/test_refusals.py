"""What rows over HTTP may not be."""

from typing import Any

import pytest

from bookings.enums import Role
from bookings.models import Specialist, Tag
from tests.bookings.api.conftest import problem_of
from tests.bookings.api.manage.conftest import PATH, Manager
from tests.bookings.conftest import TOMORROW
from tests.factories import ClientFactory


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

    @pytest.mark.parametrize(
        ("path", "values", "name"),
        [
            ("locations/{location}", {"latitude": 55, "longitude": None}, "longitude"),
            ("locations/{location}", {"phone": "abc"}, "phone"),
            ("company", {"phone": "abc"}, "phone"),
            ("company", {"max_open_bookings": 0}, "max_open_bookings"),
        ],
    )
    def test_what_would_help_nobody_is_refused(
        self, path: str, values: dict[str, Any], name: str, manager: Manager
    ) -> None:
        problem = problem_of(manager.patch(path.format(location=manager.salon.location.pk), values))

        assert (problem["code"], [error["name"] for error in problem["errors"]]) == ("invalid_fields", [name])

    def test_whose_calendar_it_is_is_not_deleted(self, manager: Manager) -> None:
        person = ClientFactory.create(role=Role.SPECIALIST)
        Specialist.objects.filter(pk=manager.salon.boris.pk).update(user=person)

        problem = problem_of(manager.delete(f"users/{person.pk}"))

        assert (problem["code"], problem["details"]["used_by"]) == ("in_use", {"specialist": 1})
        manager.patch(f"specialists/{manager.salon.boris.pk}", {"user_id": None})
        assert manager.delete(f"users/{person.pk}").status_code == 204

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
