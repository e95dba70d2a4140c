"""Who may change what, and rows of people."""

from typing import Any

import pytest

from bookings.actor import Actor
from bookings.enums import Door, Role
from bookings.exceptions import InvalidContact, NotAllowed, NotFound
from bookings.models import AuditEntry, Specialist, User
from bookings.services.calendar_feeds import feed_token, specialist_of
from bookings.services.resources import entities
from bookings.services.resources.entity import Entity
from bookings.services.resources.removal import remove
from bookings.services.resources.writing import create, update
from bookings.signals import user_changed
from tests.bookings.conftest import Salon, actor_of
from tests.bookings.resources.making import last
from tests.factories import AdminFactory, ClientFactory


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
