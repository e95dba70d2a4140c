"""Rows as faces read them, the marks that tell two states apart, and the cache that follows every change."""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from i18nfield.strings import LazyI18nString

from booking_site.lib import redis_client
from bookings.exceptions import NotAllowed, NotFound
from bookings.models import Company, Service
from bookings.services.resources import entities
from bookings.services.resources.entity import Entity
from bookings.services.resources.reading import bounds_of, facts_of, get_row, list_rows, unchanged
from bookings.services.resources.refusals import InvalidFields, RowChanged
from bookings.services.resources.removal import archive, remove
from bookings.services.resources.writing import create, update
from bookings.services.working_week import set_working_days
from tests.bookings.conftest import Salon

NAME = LazyI18nString({"ru": "Стрижка", "en": "Haircut"})


def test_a_row_has_its_texts_in_every_language(salon: Salon) -> None:
    Service.objects.filter(pk=salon.service.pk).update(name=NAME)
    row = get_row(actor=salon.as_admin, entity=entities.SERVICES, row_id=salon.service.pk)

    assert (row.entity, row.is_active) == ("service", True)
    assert str(row.values["name"].localize("ru")) == "Стрижка"


def test_who_may_not_see_it_does_not_learn_of_it(salon: Salon) -> None:
    with pytest.raises(NotAllowed):
        get_row(actor=salon.as_client, entity=entities.SERVICES, row_id=salon.service.pk)
    with pytest.raises(NotFound):
        get_row(actor=salon.as_admin, entity=entities.SERVICES, row_id=999_999)


def test_archived_rows_come_last_and_pages_know_how_many_there_are(salon: Salon) -> None:
    first = salon.service
    others = [
        create(
            actor=salon.as_admin,
            entity=entities.SERVICES,
            values={
                "category_id": first.category_id,
                "name": NAME,
                "duration_minutes": 30,
                "position": number + 1,
            },
        )
        for number in range(2)
    ]
    archive(actor=salon.as_admin, entity=entities.SERVICES, row_id=first.pk)

    page = list_rows(actor=salon.as_admin, entity=entities.SERVICES, where={}, limit=2)
    rest = list_rows(actor=salon.as_admin, entity=entities.SERVICES, where={}, limit=2, offset=2)

    assert [row.id for row in page.rows] == [other.pk for other in others]
    assert [row.id for row in rest.rows][-1] == first.pk
    assert page.total == Service.objects.count()
    facts = facts_of(actor=salon.as_admin, entity=entities.SERVICES, attributes=("price",))
    assert facts[first.pk] == {"price": first.price, "is_active": False}


def test_a_mark_changes_with_what_it_is_of_and_with_nothing_else(salon: Salon) -> None:
    def row() -> Any:
        return get_row(actor=salon.as_admin, entity=entities.SERVICES, row_id=salon.service.pk)

    price, whole = row().mark(("price",)), row().mark()
    Service.objects.filter(pk=salon.service.pk).update(position=7)
    assert (row().mark(("price",)) == price, row().mark() == whole) == (True, False)
    change: dict[str, Any] = {"actor": salon.as_admin, "entity": entities.SERVICES, "row_id": salon.service.pk}

    update(**change, values={"price": Decimal(5)}, expect=unchanged(price, ("price",)))

    with pytest.raises(RowChanged):
        update(**change, values={"price": Decimal(6)}, expect=unchanged(price, ("price",)))
    assert Service.objects.get(pk=salon.service.pk).price == 5
    with pytest.raises(RowChanged):
        remove(**change, expect=unchanged(whole))


def test_bounds_are_those_of_the_model() -> None:
    duration = bounds_of(entities.SERVICES, "duration_minutes")
    assert (duration.low, duration.high) == (5, 720)
    assert bounds_of(entities.ROOMS, "name").longest == 200


def test_a_refusal_is_told_in_english_and_in_the_readers_language(salon: Salon) -> None:
    with translation.override("ru"), pytest.raises(InvalidFields) as refused:
        update(
            actor=salon.as_admin, entity=entities.SERVICES, row_id=salon.service.pk, values={"duration_minutes": 1}
        )
    assert refused.value.errors == {"duration_minutes": ["Ensure this value is greater than or equal to 5."]}
    assert "больше либо равно 5" in refused.value.said["duration_minutes"][0]


def _made(salon: Salon, entity: Entity[Any], **values: Any) -> None:
    create(actor=salon.as_admin, entity=entity, values=values)


def _changed(salon: Salon, entity: Entity[Any], row_id: int, **values: Any) -> None:
    update(actor=salon.as_admin, entity=entity, row_id=row_id, values=values)


def _company(salon: Salon) -> None:
    _changed(salon, entities.COMPANY, Company.objects.current().pk, slot_step_minutes=20)


MOVES: dict[str, Callable[[Salon], None]] = {
    "weekly hours": lambda salon: set_working_days(
        actor=salon.as_admin, location_id=salon.location.pk, days={0: [(time(1), time(2))]}
    ),
    "a day off": lambda salon: _made(
        salon, entities.CALENDAR_OVERRIDES, kind="closed", location_id=salon.location.pk,
        date_from=date(2026, 12, 25), date_to=date(2026, 12, 25),
    ),
    "a specialist's day off": lambda salon: _made(
        salon, entities.CALENDAR_OVERRIDES, kind="closed", specialist_id=salon.anna.pk,
        date_from=date(2026, 12, 25), date_to=date(2026, 12, 25),
    ),
    "a room": lambda salon: _made(salon, entities.ROOMS, location_id=salon.location.pk, name=NAME),
    "a location": lambda salon: _changed(salon, entities.LOCATIONS, salon.location.pk, timezone="Asia/Omsk"),
    "where a specialist works": lambda salon: _changed(salon, entities.SPECIALISTS, salon.anna.pk, locations=[]),
    "a specialist who leaves": lambda salon: _changed(salon, entities.SPECIALISTS, salon.anna.pk, is_active=False),
    "the rules": _company,
}  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", MOVES)
def test_what_changes_openness_renews_the_version_of_cached_slots(salon: Salon, what: str) -> None:
    key = f"slots:location:version:{salon.location.pk}"
    redis_client.client().set(key, "before")

    MOVES[what](salon)

    assert redis_client.client().get(key) != "before"
