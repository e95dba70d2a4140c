"""Rows that are changed: what is checked, kept, announced."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError

from bookings.exceptions import BookingError, NotFound
from bookings.models import AuditEntry, Company, Location, Service, WorkingHours
from bookings.services.resources import entities
from bookings.services.resources.refusals import InvalidFields
from bookings.services.resources.writing import update
from tests.bookings.conftest import TOMORROW, Salon
from tests.bookings.resources.making import last
from tests.factories import RoomFactory


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

        update(
            actor=salon.as_admin,
            entity=entities.LOCATIONS,
            row_id=salon.location.pk,
            values={"phone": "+4930123456"},
        )

        assert Location.objects.get().phone == "+4930123456"

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
        update(actor=salon.as_admin, entity=entities.COMPANY, row_id=1, values={"phone": "+4930123456"})

        assert (len(tried), Company.objects.get().phone) == (2, "+4930123456")
