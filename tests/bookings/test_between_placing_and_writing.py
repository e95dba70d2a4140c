"""What others change after a visit was placed and before it is written: it is looked at again in the transaction."""

from collections.abc import Callable

import pytest

from bookings.exceptions import ServiceUnavailable, SlotTaken, SlotUnavailable
from bookings.models import Booking, CalendarOverride, WorkingHours
from bookings.read_models import BookingCard, ItemRequest
from bookings.services import create_booking as creating, reschedule_booking as moving
from bookings.services.reschedule_booking import reschedule_booking
from tests.bookings.conftest import HOUR, TOMORROW, Salon
from tests.factories import RoomFactory, ServiceFactory

Change = Callable[[Salon], object]


def close_the_salon(salon: Salon) -> None:
    CalendarOverride.objects.create(
        kind="closed", location=salon.location, date_from=TOMORROW.date(), date_to=TOMORROW.date()
    )


def give_anna_the_morning_off(salon: Salon) -> None:
    CalendarOverride.objects.create(
        kind="closed", specialist=salon.anna, date_from=TOMORROW.date(), date_to=TOMORROW.date(),
        starts_at="10:30", ends_at="12:00",
    )  # fmt: skip


def shorten_her_hours(salon: Salon) -> None:
    WorkingHours.objects.filter(specialist=salon.anna).update(starts_at="12:00")


CHANGES = [close_the_salon, give_anna_the_morning_off, shorten_her_hours]


@pytest.fixture
def just_after_placing(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make ``change`` happen once, between the placing and the transaction."""

    def arrange(module: object, change: Callable[[], object]) -> None:
        changes = [change]
        place = module.place_visit  # type: ignore[attr-defined]

        def placing(**question: object) -> object:
            placed = place(**question)
            if changes:
                changes.pop()()
            return placed

        monkeypatch.setattr(module, "place_visit", placing)

    return arrange


@pytest.mark.parametrize("change", CHANGES)
def test_a_day_that_is_closed_in_the_meantime_is_not_booked(
    salon: Salon, just_after_placing: Callable[..., None], change: Change
) -> None:
    just_after_placing(creating, lambda: change(salon))
    with pytest.raises(SlotUnavailable) as refusal:
        salon.book()
    assert refusal.value.details == {"reason": "closed"}
    assert not Booking.objects.exists()


@pytest.mark.parametrize("change", CHANGES)
def test_a_day_that_is_closed_in_the_meantime_is_not_moved_to(
    salon: Salon, just_after_placing: Callable[..., None], change: Change
) -> None:
    booking = salon.book(TOMORROW + 4 * HOUR)
    just_after_placing(moving, lambda: change(salon))
    with pytest.raises(SlotUnavailable):
        reschedule_booking(actor=salon.as_client, booking_id=booking.id, starts_at=TOMORROW)
    assert Booking.objects.get().starts_at == TOMORROW + 4 * HOUR


def test_a_room_that_is_closed_in_the_meantime_is_changed_for_another(
    salon: Salon, just_after_placing: Callable[..., None]
) -> None:
    massage = ServiceFactory.create(needs_room=True)
    salon.anna.services.add(massage)
    rooms = [RoomFactory.create(location=salon.location) for _ in range(2)]

    def close_the_first() -> None:
        CalendarOverride.objects.create(
            kind="closed", room=rooms[0], date_from=TOMORROW.date(), date_to=TOMORROW.date()
        )

    just_after_placing(creating, close_the_first)
    card = salon.book(items=[ItemRequest(massage.pk, salon.anna.pk)])
    assert Booking.objects.get(pk=card.id).items.get().room_id == rooms[1].pk


def test_any_specialist_becomes_another_when_the_first_has_left(
    salon: Salon, just_after_placing: Callable[..., None]
) -> None:
    just_after_placing(creating, lambda: shorten_her_hours(salon))
    card = salon.book(items=[ItemRequest(salon.service.pk)])
    assert card.items[0].specialist_id == salon.boris.pk


def test_a_location_that_is_archived_in_the_meantime_is_gone(
    salon: Salon, just_after_placing: Callable[..., None]
) -> None:
    def archive() -> None:
        salon.location.is_active = False
        salon.location.save()

    just_after_placing(creating, archive)
    with pytest.raises(ServiceUnavailable):
        salon.book()


def test_a_visit_of_the_same_client_that_came_first_is_in_the_way(
    salon: Salon, just_after_placing: Callable[..., None]
) -> None:
    others: list[BookingCard] = []
    with_boris = [ItemRequest(salon.service.pk, salon.boris.pk)]
    just_after_placing(creating, lambda: others.append(salon.book(TOMORROW + HOUR / 2, items=with_boris)))
    with pytest.raises(SlotTaken) as refusal:
        salon.book()
    assert refusal.value.details == {"reason": "own_visit"}
    assert [booking.pk for booking in Booking.objects.all()] == [others[0].id]


def test_a_move_does_not_stand_in_its_own_way(salon: Salon) -> None:
    booking = salon.book()
    moved = reschedule_booking(
        actor=salon.as_client, booking_id=booking.id, starts_at=TOMORROW + HOUR / 2, specialist_id=salon.boris.pk
    )
    assert moved.starts_at == TOMORROW + HOUR / 2
