"""A service with a capacity: sessions are opened by the first client, shared by the next, and go with the last."""

import pytest

from bookings.actor import Actor
from bookings.exceptions import SlotTaken
from bookings.models import Allocation, BookingItem, GroupSession, Room, SpecialistService, User
from bookings.read_models import BookingCard, ItemRequest
from bookings.services.cancel_booking import cancel_booking
from bookings.services.complete_booking import complete_booking
from bookings.services.reschedule_booking import reschedule_booking
from tests.bookings.conftest import HOUR, TOMORROW, Salon, actor_of
from tests.factories import ClientFactory, RoomFactory, ServiceFactory


@pytest.fixture
def room(yoga: Salon) -> Room:
    return Room.objects.get()


@pytest.fixture
def yoga(salon: Salon) -> Salon:
    """The salon with Anna's yoga class of three, which needs a room."""
    RoomFactory.create(location=salon.location)
    salon.service = ServiceFactory.create(capacity=3, needs_room=True, buffer_after_minutes=15)
    SpecialistService.objects.create(specialist=salon.anna, service=salon.service)
    return salon


def join(yoga: Salon, client: User | None = None) -> BookingCard:
    client = client or ClientFactory.create()
    return yoga.book(actor=actor_of(client), client_id=client.pk)


def seats() -> list[int | None]:
    return list(BookingItem.objects.order_by("pk").values_list("seat", flat=True))


def test_the_first_client_opens_a_session_that_holds_specialist_and_room(yoga: Salon, room: Room) -> None:
    join(yoga)

    session = GroupSession.objects.get()
    assert (session.capacity, session.room, session.specialist) == (3, room, yoga.anna)
    held = Allocation.objects.filter(session=session, ends_at=TOMORROW + 1.25 * HOUR)
    assert set(held.values_list("specialist", "room")) == {(yoga.anna.pk, None), (None, room.pk)}
    assert not Allocation.objects.filter(item__isnull=False).exists()


def test_the_next_clients_take_seats_in_it_until_it_is_full(yoga: Salon) -> None:
    for _client in range(3):
        join(yoga)

    assert seats() == [1, 2, 3]
    assert GroupSession.objects.count() == 1
    with pytest.raises(SlotTaken) as refused:
        join(yoga)
    assert refused.value.alternatives


def test_a_seat_given_back_is_the_next_one_taken(yoga: Salon) -> None:
    cards = [join(yoga) for _client in range(3)]

    cancel_booking(actor=yoga.as_admin, booking_id=cards[1].id)
    join(yoga)

    assert seats() == [1, None, 3, 2]


def test_the_last_to_leave_frees_the_time(yoga: Salon) -> None:
    first, second = join(yoga), join(yoga)

    cancel_booking(actor=yoga.as_admin, booking_id=first.id)
    assert Allocation.objects.exists()
    cancel_booking(actor=yoga.as_admin, booking_id=second.id)

    assert not Allocation.objects.exists()
    assert not GroupSession.objects.exists()
    haircut = ServiceFactory.create()
    SpecialistService.objects.create(specialist=yoga.anna, service=haircut)
    assert yoga.book(items=[ItemRequest(haircut.pk, yoga.anna.pk)])


def test_moving_gives_the_seat_back_and_takes_one_elsewhere(yoga: Salon) -> None:
    stays, moves = join(yoga), join(yoga)

    reschedule_booking(actor=yoga.as_admin, booking_id=moves.id, starts_at=TOMORROW + 3 * HOUR)

    assert {
        (session.starts_at, tuple(session.seats.values_list("booking", "seat")))
        for session in GroupSession.objects.all()
    } == {(TOMORROW, ((stays.id, 1),)), (TOMORROW + 3 * HOUR, ((moves.id, 1),))}


def test_the_only_one_in_a_session_may_move_within_its_time(yoga: Salon) -> None:
    """The session's own hold is no obstacle to the one who leaves it empty."""
    card = join(yoga)

    moved = reschedule_booking(actor=yoga.as_admin, booking_id=card.id, starts_at=TOMORROW + HOUR / 2)

    assert moved.starts_at == TOMORROW + HOUR / 2
    assert [session.starts_at for session in GroupSession.objects.all()] == [TOMORROW + HOUR / 2]
    assert Allocation.objects.count() == 2


def test_a_lower_capacity_of_the_service_leaves_sessions_as_they_are(yoga: Salon) -> None:
    join(yoga)
    yoga.service.capacity = 2
    yoga.service.save()

    join(yoga)
    join(yoga)

    assert seats() == [1, 2, 3]


def test_a_client_takes_one_seat_of_a_session(yoga: Salon) -> None:
    join(yoga, yoga.client)

    with pytest.raises(SlotTaken):
        join(yoga, yoga.client)


def test_those_who_came_keep_their_seats(yoga: Salon, frozen: object) -> None:
    stays, leaves = join(yoga), join(yoga)
    as_admin: Actor = yoga.as_admin
    frozen.move_to(TOMORROW + 2 * HOUR)  # type: ignore[attr-defined]
    complete_booking(actor=as_admin, booking_id=stays.id)

    cancel_booking(actor=as_admin, booking_id=leaves.id)

    assert GroupSession.objects.get().seats.count() == 1
