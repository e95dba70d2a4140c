"""Group sessions as staff run them."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from bookings.exceptions import NotAllowed, NotFound, ServiceUnavailable, SessionBegun, SlotTaken
from bookings.models import Allocation, AuditEntry, GroupSession, SpecialistService
from bookings.queries.sessions import day_sessions
from bookings.read_models import BookingCard, ItemRequest, SessionCard
from bookings.services.cancel_booking import cancel_booking
from bookings.services.group_sessions import cancel_session, open_session
from bookings.services.reschedule_booking import reschedule_booking
from bookings.slots.search import day_slots
from tests.bookings.conftest import HOUR, TOMORROW, Heard, Salon, actor_of, row
from tests.factories import ClientFactory, RoomFactory, ServiceFactory

DAY = date(2026, 3, 3)


@pytest.fixture
def yoga(salon: Salon) -> Salon:
    """The salon with Anna's class of three, which needs a room."""
    RoomFactory.create(location=salon.location)
    salon.service = ServiceFactory.create(capacity=3, needs_room=True, buffer_after_minutes=15)
    SpecialistService.objects.create(specialist=salon.anna, service=salon.service)
    return salon


def start(yoga: Salon, **changes: Any) -> SessionCard:
    wanted = {
        "actor": yoga.as_anna,
        "location_id": yoga.location.pk,
        "service_id": yoga.service.pk,
        "specialist_id": yoga.anna.pk,
        "starts_at": TOMORROW,
    }
    return open_session(**{**wanted, **changes})


def sit_down(yoga: Salon) -> BookingCard:
    client = ClientFactory.create()
    return yoga.book(actor=actor_of(client), client_id=client.pk)


def test_a_session_holds_its_time_before_anybody_comes(yoga: Salon) -> None:
    session = start(yoga)

    assert (session.starts_at, session.capacity, session.seats_left, session.planned) == (TOMORROW, 3, 3, True)
    assert session.room_name is not None
    assert Allocation.objects.count() == 2
    entry = AuditEntry.objects.get(entity="group_session")
    assert (entry.action, entry.entity_id) == ("created", session.id)


def test_clients_sit_down_in_it_and_it_stays_when_they_leave(yoga: Salon) -> None:
    session = start(yoga)
    card = sit_down(yoga)
    assert GroupSession.objects.count() == 1

    cancel_booking(actor=yoga.as_admin, booking_id=card.id)

    assert GroupSession.objects.get().pk == session.id
    assert Allocation.objects.count() == 2


def test_the_last_one_to_move_away_leaves_it_standing(yoga: Salon) -> None:
    """Its time is no free time for who moves: half an hour later, Anna still gives the class."""
    start(yoga)
    card = sit_down(yoga)

    free = day_slots(
        location_id=yoga.location.pk, items=[ItemRequest(yoga.service.pk, yoga.anna.pk)], day=DAY,
        client_id=card.client.id, ignore_booking_id=card.id,
    )  # fmt: skip
    assert TOMORROW + HOUR / 2 not in {slot.starts_at for slot in free.slots}
    with pytest.raises(SlotTaken):
        reschedule_booking(actor=yoga.as_admin, booking_id=card.id, starts_at=TOMORROW + HOUR / 2)
    assert row(card).starts_at == TOMORROW


def test_there_is_one_session_at_a_time(yoga: Salon) -> None:
    first = start(yoga, idempotency_key="k")

    assert start(yoga, idempotency_key="k") == first
    with pytest.raises(SlotTaken) as refused:
        start(yoga)
    assert refused.value.alternatives
    assert first.starts_at not in refused.value.alternatives


def test_only_group_services_have_sessions(salon: Salon) -> None:
    with pytest.raises(ServiceUnavailable):
        start(salon)


def test_a_session_is_in_its_specialists_hands(yoga: Salon) -> None:
    for actor in (yoga.as_client, actor_of(yoga.stranger)):
        with pytest.raises(NotFound):
            start(yoga, actor=actor)
    session = start(yoga, actor=yoga.as_admin)
    with pytest.raises(NotFound):
        cancel_session(actor=yoga.as_client, session_id=session.id)
    assert cancel_session(actor=yoga.as_anna, session_id=session.id) == ()


def test_a_whole_session_is_cancelled_with_everybody_in_it(yoga: Salon, heard: Heard) -> None:
    session = start(yoga)
    cards = [sit_down(yoga) for _seat in range(3)]

    cancelled = cancel_session(actor=yoga.as_anna, session_id=session.id, reason="Ill", idempotency_key="k")

    assert [(card.id, card.status.value) for card in cancelled] == [(card.id, "cancelled") for card in cards]
    assert heard.kinds[3:] == ["booking_cancelled"] * 3
    assert {event.payload["reason"] for event in heard.events[3:]} == {"Ill"}
    assert not GroupSession.objects.exists()
    assert not Allocation.objects.exists()
    again = cancel_session(actor=yoga.as_anna, session_id=session.id, reason="Ill", idempotency_key="k")
    assert again == cancelled
    with pytest.raises(NotFound):
        cancel_session(actor=yoga.as_anna, session_id=session.id)


def test_a_session_that_clients_opened_is_cancelled_too(yoga: Salon) -> None:
    sit_down(yoga)

    assert len(cancel_session(actor=yoga.as_admin, session_id=GroupSession.objects.get().pk)) == 1
    assert not GroupSession.objects.exists()


def test_what_has_begun_is_not_cancelled(yoga: Salon, frozen: time_machine.Traveller) -> None:
    session = start(yoga)
    frozen.move_to(TOMORROW)

    with pytest.raises(SessionBegun):
        cancel_session(actor=yoga.as_anna, session_id=session.id)


def test_all_or_nobody_is_cancelled(yoga: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    session = start(yoga)
    first, second = sit_down(yoga), sit_down(yoga)

    def die_at_the_second(**arguments: Any) -> BookingCard:
        if arguments["booking_id"] == second.id:
            raise Killed
        return cancel_booking(**arguments)

    monkeypatch.setattr("bookings.services.group_sessions.cancel_booking", die_at_the_second)
    with pytest.raises(Killed):
        cancel_session(actor=yoga.as_anna, session_id=session.id)
    assert {row(first).status, row(second).status} == {"confirmed"}


def test_a_days_sessions_name_who_comes(yoga: Salon) -> None:
    session = start(yoga)
    start(yoga, starts_at=TOMORROW + 24 * HOUR)
    cards = [sit_down(yoga), sit_down(yoga)]

    (found,) = day_sessions(actor=yoga.as_anna, date_from=DAY, date_to=DAY)

    assert (found.id, found.seats_left) == (session.id, 1)
    assert [(one.seat, one.booking_id, one.client) for one in found.participants] == [
        (1, cards[0].id, cards[0].client), (2, cards[1].id, cards[1].client),
    ]  # fmt: skip
    both = day_sessions(actor=yoga.as_admin, date_from=DAY, date_to=DAY + timedelta(days=1))
    assert len(both) == 2
    assert day_sessions(actor=yoga.as_admin, date_from=DAY, date_to=DAY, location_id=0) == ()


def test_sessions_are_for_staff(yoga: Salon) -> None:
    for actor, specialist_id in ((yoga.as_client, None), (yoga.as_anna, yoga.boris.pk)):
        with pytest.raises(NotFound):
            day_sessions(actor=actor, date_from=DAY, date_to=DAY, specialist_id=specialist_id)


def test_sessions_cost_two_queries(yoga: Salon, django_assert_num_queries: Any) -> None:
    for hours in (0, 2, 4):
        start(yoga, starts_at=TOMORROW + hours * HOUR)
    sit_down(yoga)
    admin = yoga.as_admin

    with django_assert_num_queries(2):
        assert len(day_sessions(actor=admin, date_from=DAY, date_to=DAY)) == 3


def test_nobody_but_admins_runs_a_colleagues_session(yoga: Salon) -> None:
    SpecialistService.objects.create(specialist=yoga.boris, service=yoga.service)

    with pytest.raises((NotFound, NotAllowed)):
        start(yoga, specialist_id=yoga.boris.pk)
