"""Who waits is offered what comes back on offer without any calendar being changed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from bookings.enums import WaitlistState
from bookings.models import (
    AuditEntry,
    FreedTime,
    Room,
    Service,
    SpecialistService,
    WaitlistEntry,
    WaitlistOffer,
    WaitlistReach,
)
from bookings.read_models import ItemRequest
from bookings.services.resources.entities import ROOMS, SERVICES, SPECIALISTS
from bookings.services.resources.entity import Entity
from bookings.services.resources.writing import update
from bookings.services.waitlist import accept_offer, decline_offer
from bookings.services.waitlist_matching import expire_offers
from tests.bookings.conftest import HOUR, TOMORROW, Salon, actor_of, set_policy
from tests.bookings.test_waitlist import DAY, join
from tests.factories import ClientFactory, RoomFactory, ServiceFactory, SpecialistFactory


def switch(salon: Salon, entity: Entity[Any], row_id: int, **values: Any) -> None:
    update(actor=salon.as_admin, entity=entity, row_id=row_id, values=values)


def give_up(salon: Salon) -> None:
    SpecialistService.objects.filter(specialist=salon.anna, service=salon.service).delete()


def give_again(salon: Salon) -> None:
    SpecialistService.objects.create(specialist=salon.anna, service=salon.service)


def no_room(salon: Salon) -> None:
    Service.objects.filter(pk=salon.service.pk).update(needs_room=True)
    RoomFactory.create(location=salon.location, is_active=False)


def too_long(salon: Salon) -> None:
    Service.objects.filter(pk=salon.service.pk).update(duration_minutes=600)


#: How it comes that nothing can be booked, and how it ends.
CASES: dict[str, tuple[Callable[[Salon], Any], Callable[[Salon], Any]]] = {
    "the specialist is back": (
        lambda salon: switch(salon, SPECIALISTS, salon.anna.pk, is_active=False),
        lambda salon: switch(salon, SPECIALISTS, salon.anna.pk, is_active=True),
    ),
    "the specialist works there again": (
        lambda salon: salon.anna.locations.clear(),
        lambda salon: salon.anna.locations.add(salon.location),
    ),
    "the location has the specialist again": (
        lambda salon: salon.location.specialists.clear(),
        lambda salon: salon.location.specialists.add(salon.anna),
    ),
    "the service is back": (
        lambda salon: switch(salon, SERVICES, salon.service.pk, is_active=False),
        lambda salon: switch(salon, SERVICES, salon.service.pk, is_active=True),
    ),
    "the specialist gives the service again": (give_up, give_again),
    "the service became shorter": (
        too_long,
        lambda salon: switch(salon, SERVICES, salon.service.pk, duration_minutes=60),
    ),
    "a room is back": (no_room, lambda salon: switch(salon, ROOMS, Room.objects.get().pk, is_active=True)),
    "no room is needed any more": (
        no_room,
        lambda salon: switch(salon, SERVICES, salon.service.pk, needs_room=False),
    ),
    "the location is back": (
        lambda salon: type(salon.location).objects.update(is_active=False),
        lambda salon: salon.location.save(),
    ),
    "less notice is wanted": (
        lambda _salon: set_policy(min_notice_minutes=7 * 24 * 60),
        lambda _salon: set_policy(min_notice_minutes=60),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_who_waits_is_offered_what_is_back(case: str, salon: Salon) -> None:
    shut, reopen = CASES[case]
    card = join(salon)
    shut(salon)
    assert expire_offers() == 0

    reopen(salon)

    assert expire_offers() == 1
    assert WaitlistOffer.objects.get().entry_id == card.id


def test_a_longer_horizon_is_looked_through(salon: Salon) -> None:
    set_policy(horizon_days=10)
    card = join(salon, date_from=DAY + timedelta(days=5), date_to=DAY + timedelta(days=20))
    salon.anna.overrides.create(kind="closed", date_from=DAY, date_to=DAY + timedelta(days=9))
    assert expire_offers() == 0

    set_policy(horizon_days=20)

    assert expire_offers() == 1
    offer = WaitlistOffer.objects.get()
    assert (offer.entry_id, offer.starts_at) == (card.id, TOMORROW - HOUR + timedelta(days=10))


def test_days_that_come_within_the_horizon_are_offered_to_who_waits_for_them(
    salon: Salon, frozen: time_machine.Traveller
) -> None:
    """Also after days on which nobody looked; the horizon is ten days."""
    set_policy(horizon_days=10)
    card = join(salon, date_from=DAY, date_to=DAY + timedelta(days=20))
    salon.anna.overrides.create(kind="closed", date_from=DAY, date_to=DAY + timedelta(days=10))
    FreedTime.objects.all().delete()
    assert expire_offers() == 0

    frozen.shift(timedelta(days=1))
    assert (expire_offers(), WaitlistReach.objects.get().until) == (0, DAY + timedelta(days=10)), "closed as well"
    frozen.shift(timedelta(days=3))
    assert expire_offers() == 1
    offer = WaitlistOffer.objects.get()
    assert (offer.entry_id, offer.starts_at) == (card.id, TOMORROW - HOUR + timedelta(days=11))

    decline_offer(actor=salon.as_client, entry_id=card.id)
    assert (expire_offers(), expire_offers()) == (0, 0), "of the same days nothing is offered twice"


def test_a_horizon_that_was_shortened_moves_on_from_there(salon: Salon, frozen: time_machine.Traveller) -> None:
    join(salon, date_from=DAY, date_to=DAY + timedelta(days=20))
    WaitlistEntry.objects.update(looked_through=True)
    for days in (20, 9):
        set_policy(horizon_days=days)
        assert expire_offers() == 0
    assert WaitlistReach.objects.get().until == DAY + timedelta(days=8)

    frozen.shift(timedelta(days=2))
    assert expire_offers() == 1
    assert WaitlistOffer.objects.get().starts_at == TOMORROW - HOUR + timedelta(days=9)


def test_what_opens_nothing_wakes_nobody(salon: Salon) -> None:
    switch(salon, SERVICES, salon.service.pk, price=70, duration_minutes=90)
    switch(salon, SPECIALISTS, salon.anna.pk, is_active=False)
    set_policy(horizon_days=30, min_notice_minutes=120)
    newcomer = SpecialistFactory.create()
    newcomer.locations.add(salon.location)  # without hours yet

    assert not FreedTime.objects.exists()


# -- several services -----------------------------------------------------------------------------------------


@pytest.fixture
def nails(salon: Salon) -> Service:
    """Given by Boris alone. Tomorrow Anna works from nine to ten and Boris from ten to eleven: an hour after hers."""
    service: Service = ServiceFactory.create()
    SpecialistService.objects.create(specialist=salon.boris, service=service)
    salon.anna.working_hours.update(starts_at="09:00", ends_at="10:00")
    salon.boris.working_hours.update(starts_at="10:00", ends_at="11:00")
    return service


def offered() -> list[int]:
    return [offer.entry_id for offer in WaitlistOffer.objects.filter(state="open").order_by("pk")]


@pytest.mark.parametrize("second", ["named", "anybody"])
def test_the_second_service_of_an_offer_is_offered_to_nobody_else(
    salon: Salon, nails: Service, second: str
) -> None:
    boris = salon.boris.pk if second == "named" else None
    both = join(salon, items=[ItemRequest(salon.service.pk, salon.anna.pk), ItemRequest(nails.pk, boris)])
    after = join(salon, salon.stranger, items=[ItemRequest(nails.pk)])

    assert expire_offers() == 1
    assert (offered(), expire_offers()) == ([both.id], 0)

    decline_offer(actor=salon.as_client, entry_id=both.id)
    assert expire_offers() == 1
    assert offered() == [after.id]
    assert accept_offer(actor=actor_of(salon.stranger), entry_id=after.id).items[0].specialist_id == salon.boris.pk


def test_nor_is_a_visit_offered_whose_second_service_somebody_else_is_offered(
    salon: Salon, nails: Service
) -> None:
    alone = join(salon, salon.stranger, items=[ItemRequest(nails.pk)])
    both = join(salon, items=[ItemRequest(salon.service.pk, salon.anna.pk), ItemRequest(nails.pk)])

    assert expire_offers() == 1
    assert offered() == [alone.id]

    decline_offer(actor=actor_of(salon.stranger), entry_id=alone.id)
    assert expire_offers() == 1
    assert offered() == [both.id]


def test_visits_at_one_time_of_different_people_are_both_offered(salon: Salon, nails: Service) -> None:
    cut = ServiceFactory.create()
    clara = SpecialistFactory.create(at=[salon.location], gives=[cut])
    both = join(salon, items=[ItemRequest(salon.service.pk, salon.anna.pk), ItemRequest(nails.pk)])
    beside = join(salon, salon.stranger, items=[ItemRequest(cut.pk, clara.pk), ItemRequest(cut.pk, clara.pk)])

    assert expire_offers() == 2
    assert offered() == [both.id, beside.id]


def test_a_wish_that_ends_with_its_dates_is_audited(salon: Salon, frozen: time_machine.Traveller) -> None:
    salon.anna.overrides.create(kind="closed", date_from=DAY, date_to=DAY)
    card = join(salon, ClientFactory.create())
    frozen.shift(timedelta(days=2))

    expire_offers()

    assert WaitlistEntry.objects.get().state == WaitlistState.OVER
    entry = AuditEntry.objects.get(entity="waitlist_entry", entity_id=card.id, action="over")
    assert (entry.actor_role, entry.before, entry.after) == ("system", {"state": "waiting"}, {"state": "over"})
