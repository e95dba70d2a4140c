"""One way to create, change and remove rows: policy, checks, audit, and refusals that say why."""

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from i18nfield.strings import LazyI18nString

from bookings.models import AuditEntry, Service, ServiceCategory, Specialist, WorkingHours
from bookings.services.resources import entities
from bookings.services.resources.refusals import InUse, InvalidFields
from bookings.services.resources.removal import archive, remove
from bookings.services.resources.use import uses_of
from bookings.services.resources.writing import check_answers, create
from bookings.slots.search import day_slots
from tests.bookings.conftest import TOMORROW, Salon
from tests.bookings.resources.making import last

NAME = LazyI18nString({"ru": "Стрижка", "en": "Haircut"})


def new_service(salon: Salon, **values: Any) -> Service:
    wanted = {"category_id": salon.service.category_id, "name": NAME, "duration_minutes": 30, **values}
    return create(actor=salon.as_admin, entity=entities.SERVICES, values=wanted)


class TestCreating:
    def test_gives_a_row_with_the_models_defaults(self, salon: Salon) -> None:
        service = new_service(salon, price=Decimal("12.50"))

        assert (service.price, service.capacity, service.is_active) == (Decimal("12.50"), 1, True)
        assert service.name.localize("en") == "Haircut"

    def test_is_audited_with_all_values(self, salon: Salon) -> None:
        service = new_service(salon)

        entry = last()
        assert (entry.action, entry.entity, entry.entity_id) == ("created", "service", service.pk)
        assert (entry.actor_user_id, entry.door, entry.before) == (salon.admin.pk, "admin", None)
        assert entry.after is not None
        assert (entry.after["name"], entry.after["duration_minutes"]) == ({"ru": "Стрижка", "en": "Haircut"}, 30)

    def test_sets_relations(self, salon: Salon) -> None:
        values = {"name": NAME, "locations": [salon.location.pk, salon.location.pk]}
        specialist = create(actor=salon.as_admin, entity=entities.SPECIALISTS, values=values)

        assert list(specialist.locations.all()) == [salon.location]

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"duration_minutes": 4}, "duration_minutes"),
            ({"price": Decimal(-1)}, "price"),
            ({"category_id": 999_999}, "category_id"),
            ({"category_id": None}, "category_id"),
            ({"name": LazyI18nString("")}, "name"),
            ({"id": 5}, "id"),
            ({"nonsense": 5}, "nonsense"),
        ],
    )
    def test_names_the_field_that_cannot_be(self, values: dict[str, Any], field: str, salon: Salon) -> None:
        with pytest.raises(InvalidFields) as refusal:
            new_service(salon, **values)

        assert set(refusal.value.errors) == {field}
        assert Service.objects.count() == 1
        assert not AuditEntry.objects.exists()

    def test_tells_everything_that_is_wrong_at_once_and_in_english(self, salon: Salon) -> None:
        with translation.override("ru"), pytest.raises(InvalidFields) as refusal:
            new_service(salon, duration_minutes=4, capacity=0)

        assert refusal.value.errors == {
            "duration_minutes": ["Ensure this value is greater than or equal to 5."],
            "capacity": ["Ensure this value is greater than or equal to 1."],
        }

    def test_names_ids_of_a_relation_that_are_not_there(self, salon: Salon) -> None:
        values = {"name": NAME, "locations": [salon.location.pk, 999_998, 999_999]}
        with pytest.raises(InvalidFields) as refusal:
            create(actor=salon.as_admin, entity=entities.SPECIALISTS, values=values)

        assert refusal.value.errors == {
            "locations": ["There is none with the id 999998", "There is none with the id 999999"]
        }

    def test_a_constraint_over_several_fields_is_told_of_each_of_them_and_said_once(self, salon: Salon) -> None:
        values = {
            "location_id": salon.location.pk, "weekday": 0, "starts_at": time(9), "ends_at": time(18),
            "valid_from": datetime(2026, 3, 2, tzinfo=UTC).date(), "valid_to": datetime(2026, 3, 1, tzinfo=UTC).date(),
        }  # fmt: skip
        with pytest.raises(InvalidFields) as refusal:
            create(actor=salon.as_admin, entity=entities.WORKING_HOURS, values=values)

        told = ["The last day of validity lies before the first."]
        assert refusal.value.errors == {"valid_from": told, "valid_to": told}
        assert refusal.value.said == {"": told}

    def test_the_same_key_again_gives_the_same_row(self, salon: Salon) -> None:
        values = {"location_id": salon.location.pk, "name": NAME}
        first, second = (
            create(actor=salon.as_admin, entity=entities.ROOMS, values=values, idempotency_key="k")
            for _ in range(2)
        )

        assert first.pk == second.pk

    def test_makes_times_bookable_at_once(self, salon: Salon) -> None:
        """The slot cache hears of it by the models' signals."""

        def states() -> set[str]:
            from bookings.read_models import ItemRequest

            day = day_slots(
                location_id=salon.location.pk, items=[ItemRequest(salon.service.pk)], day=TOMORROW.date()
            )
            return {day.state.value}

        assert states() == {"free"}
        closed = {"kind": "closed", "location_id": salon.location.pk, "date_from": TOMORROW.date(),
                  "date_to": TOMORROW.date()}  # fmt: skip
        create(actor=salon.as_admin, entity=entities.CALENDAR_OVERRIDES, values=closed)

        assert states() == {"closed"}


class TestRemoving:
    def test_deletes_the_row_with_its_parts(self, salon: Salon) -> None:
        remove(actor=salon.as_admin, entity=entities.SPECIALISTS, row_id=salon.boris.pk)

        assert list(Specialist.objects.all()) == [salon.anna]
        assert not WorkingHours.objects.filter(specialist_id=salon.boris.pk).exists()
        assert (last().action, last().entity_id, last().after) == ("deleted", salon.boris.pk, None)
        assert last().before is not None

    def test_of_what_is_in_use_is_refused_with_what_uses_it(self, salon: Salon) -> None:
        salon.book()
        with pytest.raises(InUse) as refusal:
            remove(actor=salon.as_admin, entity=entities.SPECIALISTS, row_id=salon.anna.pk)

        assert refusal.value.details == {"used_by": {"allocation": 1, "booking_item": 1}, "can_be_archived": True}
        assert "1 allocation, 1 booking_item" in str(refusal.value)
        assert not AuditEntry.objects.filter(action="deleted").exists()

    def test_looks_through_parts_at_what_needs_them(self, salon: Salon) -> None:
        """A booking goes with its items; an item in a session does not keep the booking, the session is kept."""
        category = ServiceCategory.objects.get()
        assert {model.__name__: count for model, count in uses_of(category).items()} == {"Service": 1}
        assert uses_of(salon.boris) == {}

    def test_archives_what_has_to_stay(self, salon: Salon) -> None:
        salon.book()
        archive(actor=salon.as_admin, entity=entities.SPECIALISTS, row_id=salon.anna.pk)

        assert not Specialist.objects.get(pk=salon.anna.pk).is_active
        assert (last().before, last().after) == ({"is_active": True}, {"is_active": False})


class TestAnswersOfARowThatIsBeingMade:
    """``check_answers`` refuses at once what could not be saved, and waits with what hangs on answers to come."""

    def refused(self, values: dict[str, Any], *latest: str) -> set[str]:
        try:
            check_answers(entity=entities.PROMOTIONS, values=values, latest=latest)
        except InvalidFields as error:
            return set(error.said)
        return set()

    def test_what_is_wrong_by_itself(self, salon: Salon) -> None:
        assert self.refused({"code": "<b>"}, "code") == {"code"}
        assert self.refused({"code": "FALL"}, "code") == set()

    def test_what_is_wrong_together(self, salon: Salon) -> None:
        values = {"code": "FALL", "value": Decimal(150)}
        assert self.refused(values, "value") == set()
        assert self.refused({**values, "kind": "amount"}, "value") == set()
        assert self.refused({**values, "kind": "percent"}, "value")

    def test_what_there_is_already(self, salon: Salon) -> None:
        create(
            actor=salon.as_admin, entity=entities.PROMOTIONS,
            values={"code": "FALL", "kind": "percent", "value": Decimal(10)},
        )  # fmt: skip
        assert self.refused({"code": "fall"}, "code") == {"code"}

    def test_an_answer_of_before_is_not_held_against_the_next(self, salon: Salon) -> None:
        assert self.refused({"code": "<b>", "kind": "percent"}, "kind") == set()
