"""One way to create, change and remove rows: policy, checks, audit, and refusals that say why."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import translation
from i18nfield.strings import LazyI18nString

from bookings.actor import Actor
from bookings.enums import Door, Role
from bookings.exceptions import BookingError, InvalidContact, NotAllowed, NotFound
from bookings.models import AuditEntry, Company, Location, Service, ServiceCategory, Specialist, User, WorkingHours
from bookings.services.calendar_feeds import feed_token, specialist_of
from bookings.services.resources import entities
from bookings.services.resources.entity import Entity
from bookings.services.resources.refusals import InUse, InvalidFields
from bookings.services.resources.removal import archive, remove
from bookings.services.resources.use import uses_of
from bookings.services.resources.writing import check_answers, create, update
from bookings.signals import user_changed
from bookings.slots.search import day_slots
from tests.bookings.conftest import TOMORROW, Salon, actor_of
from tests.factories import AdminFactory, ClientFactory, RoomFactory

NAME = LazyI18nString({"ru": "Стрижка", "en": "Haircut"})


def last() -> AuditEntry:
    entry = AuditEntry.objects.first()
    assert entry is not None
    return entry


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


class TestChanging:
    def test_sets_what_is_given_and_leaves_the_rest(self, salon: Salon) -> None:
        changed = update(
            actor=salon.as_admin, entity=entities.SERVICES, row_id=salon.service.pk, values={"price": Decimal(70)}
        )

        assert (changed.price, changed.duration_minutes) == (Decimal(70), salon.service.duration_minutes)
        assert (last().action, last().before, last().after) == ("updated", {"price": "50.00"}, {"price": "70"})

    def test_of_relations_is_audited_too(self, salon: Salon) -> None:
        update(actor=salon.as_admin, entity=entities.SPECIALISTS, row_id=salon.anna.pk, values={"locations": []})

        assert (last().before, last().after) == ({"locations": [salon.location.pk]}, {"locations": []})

    def test_to_what_it_is_already_leaves_no_entry(self, salon: Salon) -> None:
        update(
            actor=salon.as_admin,
            entity=entities.SPECIALISTS,
            row_id=salon.anna.pk,
            values={"locations": [salon.location.pk], "position": salon.anna.position},
        )

        assert not AuditEntry.objects.exists()

    def test_is_not_stopped_by_a_field_that_was_wrong_before(self, salon: Salon) -> None:
        Location.objects.update(timezone="Mars/Olympus")

        update(actor=salon.as_admin, entity=entities.LOCATIONS, row_id=salon.location.pk, values={"phone": "1"})

        assert Location.objects.get().phone == "1"

    def test_checks_constraints_against_what_is_stored(self, salon: Salon) -> None:
        hours = WorkingHours.objects.filter(specialist=salon.anna).first()
        assert hours is not None
        WorkingHours.objects.filter(pk=hours.pk).update(valid_to="2026-03-01")
        with pytest.raises(InvalidFields):
            update(
                actor=salon.as_admin,
                entity=entities.WORKING_HOURS,
                row_id=hours.pk,
                values={"valid_from": TOMORROW.date()},
            )

    def test_what_is_fixed_cannot_be_changed(self, salon: Salon) -> None:
        room = RoomFactory.create(location=salon.location)
        with pytest.raises(InvalidFields) as refusal:
            update(actor=salon.as_admin, entity=entities.ROOMS, row_id=room.pk, values={"location_id": 1})

        assert set(refusal.value.errors) == {"location_id"}

    def test_asks_the_expectation_about_the_stored_row_and_writes_nothing_when_it_refuses(
        self, salon: Salon
    ) -> None:
        def expect(service: Service) -> None:
            raise BookingError(f"it costs {service.price}")

        with pytest.raises(BookingError, match=r"it costs 50\.00"):
            update(
                actor=salon.as_admin, entity=entities.SERVICES, row_id=salon.service.pk,
                values={"price": Decimal(1)}, expect=expect,
            )  # fmt: skip
        assert Service.objects.get().price == 50

    def test_of_nothing_is_not_found(self, salon: Salon) -> None:
        with pytest.raises(NotFound):
            update(actor=salon.as_admin, entity=entities.SERVICES, row_id=999_999, values={})

    def test_tries_once_more_when_another_request_came_between_check_and_write(
        self, salon: Salon, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The second look finds what the first could not see, and says it in the model's words."""
        save: Callable[..., None] = Company.save
        tried = []

        def refuse_first(self: Company, **how: Any) -> None:
            tried.append(how)
            if len(tried) == 1:
                raise IntegrityError("unique")
            save(self, **how)

        Company.objects.current()
        monkeypatch.setattr(Company, "save", refuse_first)
        update(actor=salon.as_admin, entity=entities.COMPANY, row_id=1, values={"phone": "5"})

        assert (len(tried), Company.objects.get().phone) == (2, "5")


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


class TestPolicy:
    @pytest.mark.parametrize(
        "entity", [value for value in vars(entities).values() if isinstance(value, Entity)], ids=lambda e: e.name
    )
    def test_only_admins_write(self, entity: Entity[Any], salon: Salon) -> None:
        for actor in (salon.as_client, salon.as_anna, Actor(role=Role.CLIENT, door=Door.API)):
            with pytest.raises(NotAllowed):
                create(actor=actor, entity=entity, values={})
            with pytest.raises(NotAllowed):
                update(actor=actor, entity=entity, row_id=1, values={})
            with pytest.raises(NotAllowed):
                remove(actor=actor, entity=entity, row_id=1)

    def test_others_see_their_own_and_nobody_elses(self, salon: Salon) -> None:
        mine = salon.book()
        salon.book(actor=actor_of(salon.stranger), client_id=salon.stranger.pk, items=[_with(salon, salon.boris)])

        assert {row.pk for row in entities.BOOKINGS.visible(salon.as_client)} == {mine.id}
        assert {row.pk for row in entities.BOOKINGS.visible(salon.as_anna)} == {mine.id}
        assert entities.BOOKINGS.visible(salon.as_admin).count() == 2
        assert {row.specialist_id for row in entities.WORKING_HOURS.visible(salon.as_anna)} == {salon.anna.pk}
        assert {row.pk for row in entities.USERS.visible(salon.as_client)} == {salon.client.pk}

    def test_who_has_no_business_with_an_entity_is_told_so(self, salon: Salon) -> None:
        nobody = Actor(role=Role.CLIENT, door=Door.API)
        with pytest.raises(NotAllowed):
            entities.AUDIT_ENTRIES.visible(salon.as_anna)
        with pytest.raises(NotAllowed):
            entities.BOOKINGS.visible(nobody)


def _with(salon: Salon, specialist: Specialist) -> Any:
    from bookings.read_models import ItemRequest

    return ItemRequest(salon.service.pk, specialist.pk)


class TestPeople:
    def test_get_a_name_for_the_login_that_says_nothing_and_no_password(self, salon: Salon) -> None:
        values = {"first_name": "  Ada  ", "phone": "8 (912) 345-67-89"}
        user = create(actor=salon.as_admin, entity=entities.USERS, values=values)

        assert (user.first_name, user.phone, user.role) == ("Ada", "+79123456789", "client")
        assert not user.has_usable_password()
        assert "password" in (last().after or {})
        assert (last().after or {})["password"] == "***"

    def test_need_a_number_that_can_be_one(self, salon: Salon) -> None:
        with pytest.raises(InvalidContact):
            update(
                actor=salon.as_admin, entity=entities.USERS, row_id=salon.client.pk, values={"phone": "call me"}
            )

    def test_who_remember_them_are_told(self, salon: Salon, django_capture_on_commit_callbacks: Any) -> None:
        User.objects.filter(pk=salon.client.pk).update(tg_id=77)
        told: list[int] = []

        def hear(tg_id: int, **_signal: Any) -> None:
            told.append(tg_id)

        user_changed.connect(hear)
        with django_capture_on_commit_callbacks(execute=True):
            update(actor=salon.as_admin, entity=entities.USERS, row_id=salon.client.pk, values={"language": "ru"})
        assert told == [77]

    def test_a_key_neither_makes_nor_changes_admins(self, salon: Salon) -> None:
        key = Actor(role=Role.ADMIN, door=Door.API, user_id=salon.admin.pk, key_id=1)
        plain_admin = ClientFactory.create(role=Role.ADMIN)

        for row, values in (
            (salon.client, {"role": "admin"}), (plain_admin, {"phone": ""}), (plain_admin, {"role": "client"}),
        ):  # fmt: skip
            with pytest.raises(NotAllowed):
                update(
                    actor=key, entity=entities.USERS, row_id=row.pk, values={**values, "email": "a@example.com"}
                )
        with pytest.raises(NotAllowed):
            remove(actor=key, entity=entities.USERS, row_id=plain_admin.pk)

    def test_a_superuser_is_changed_by_superusers_alone(self, salon: Salon) -> None:
        plain_admin = ClientFactory.create(role=Role.ADMIN)
        other = AdminFactory.create(is_superuser=True)
        with pytest.raises(NotAllowed):
            update(
                actor=actor_of(plain_admin), entity=entities.USERS, row_id=other.pk, values={"is_active": False}
            )

    def test_nobody_locks_themselves_out(self, salon: Salon) -> None:
        for values in ({"is_active": False}, {"is_banned": True}, {"role": "client"}):
            with pytest.raises(NotAllowed):
                update(actor=salon.as_admin, entity=entities.USERS, row_id=salon.admin.pk, values=values)
        with pytest.raises(NotAllowed):
            remove(actor=salon.as_admin, entity=entities.USERS, row_id=salon.admin.pk)

    @pytest.mark.parametrize("how", ["made a client", "given to somebody else"])
    def test_who_loses_a_calendar_loses_its_secret_address(self, salon: Salon, how: str) -> None:
        token = feed_token(actor=salon.as_anna, specialist_id=salon.anna.pk)
        if how == "made a client":
            update(
                actor=salon.as_admin, entity=entities.USERS, row_id=salon.anna_user.pk, values={"role": "client"}
            )
        else:
            values = {"user_id": salon.client.pk}
            update(actor=salon.as_admin, entity=entities.SPECIALISTS, row_id=salon.anna.pk, values=values)

        with pytest.raises(NotFound):
            specialist_of(token)
        assert AuditEntry.objects.filter(entity="calendar_feed", action="deleted").count() == 1
        assert feed_token(actor=salon.as_admin, specialist_id=salon.anna.pk) != token

    def test_a_client_with_a_calendar_becomes_a_specialist(self, salon: Salon) -> None:
        update(
            actor=salon.as_admin, entity=entities.SPECIALISTS, row_id=salon.boris.pk,
            values={"user_id": salon.client.pk},
        )  # fmt: skip

        assert User.objects.get(pk=salon.client.pk).role == "specialist"
        given = {entry.entity: entry for entry in AuditEntry.objects.all()[:2]}
        assert given["user"].after == {"role": "specialist"}

    def test_a_specialist_who_becomes_a_client_gives_up_the_calendar(self, salon: Salon) -> None:
        update(
            actor=salon.as_admin, entity=entities.SPECIALISTS, row_id=salon.boris.pk,
            values={"user_id": salon.client.pk},
        )  # fmt: skip
        update(actor=salon.as_admin, entity=entities.USERS, row_id=salon.client.pk, values={"role": "client"})

        salon.boris.refresh_from_db()
        assert salon.boris.user_id is None
        given = {entry.entity: entry for entry in AuditEntry.objects.all()[:2]}
        assert (given["specialist"].before, given["specialist"].after) == (
            {"user_id": salon.client.pk}, {"user_id": None},
        )  # fmt: skip


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
