"""The completion check: each confirmed visit that has ended is announced, once."""

from datetime import timedelta

import pytest
import redis
import time_machine

from bookings.enums import Role
from bookings.models import EndedVisit
from bookings.services.cancel_booking import cancel_booking
from bookings.services.complete_booking import complete_booking
from bookings.services.end_visits import announce_ended_visits
from bookings.services.reschedule_booking import reschedule_booking
from bookings.tasks import completion_check
from tests.bookings.conftest import HOUR, TOMORROW, Heard, Salon, set_policy


@pytest.fixture
def told(salon: Salon, heard: Heard, frozen: time_machine.Traveller) -> Heard:
    """A booking whose end passes this very moment; what was heard from then on."""
    salon.book()
    heard.events.clear()
    frozen.move_to(TOMORROW + HOUR)
    return heard


def test_a_visit_is_announced_when_it_ends_and_not_again(told: Heard, valkey: str) -> None:
    assert announce_ended_visits() == 1
    assert announce_ended_visits() == 0

    (event,) = told.events
    assert (event.kind, event.actor.role) == ("booking_done", Role.SYSTEM)
    with redis.Redis.from_url(valkey) as client:
        assert 86_000 < client.ttl(f"bkdone:sent:{event.booking_id}") <= 86_400


def test_the_row_holds_without_redis(told: Heard, valkey: str) -> None:
    announce_ended_visits()
    with redis.Redis.from_url(valkey) as client:
        client.flushall()

    assert announce_ended_visits() == 0


def test_redis_being_down_delays_nothing(told: Heard, settings: object) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # type: ignore[attr-defined]

    assert announce_ended_visits() == 1


def test_a_visit_is_not_announced_before_its_end(told: Heard, frozen: time_machine.Traveller) -> None:
    frozen.move_to(TOMORROW + HOUR - timedelta(seconds=1))

    assert announce_ended_visits() == 0


def test_what_is_closed_cancelled_or_unconfirmed_is_not_announced(
    salon: Salon, heard: Heard, frozen: time_machine.Traveller
) -> None:
    closed, cancelled = salon.book(), salon.book(TOMORROW + HOUR)
    set_policy(auto_confirm=False)
    salon.book(TOMORROW + 2 * HOUR)
    cancel_booking(actor=salon.as_client, booking_id=cancelled.id)
    frozen.move_to(TOMORROW + 4 * HOUR)
    complete_booking(actor=salon.as_admin, booking_id=closed.id)

    assert announce_ended_visits() == 0


def test_a_backlog_is_worked_off_in_portions_oldest_first(
    salon: Salon, heard: Heard, frozen: time_machine.Traveller
) -> None:
    ids = [salon.book(TOMORROW + n * HOUR).id for n in range(3)]
    heard.events.clear()
    frozen.move_to(TOMORROW + 6 * HOUR)

    assert [announce_ended_visits(limit=2) for _run in range(3)] == [2, 1, 0]
    assert [event.booking_id for event in heard.events] == ids


def test_visits_of_long_ago_are_left_alone(told: Heard, frozen: time_machine.Traveller) -> None:
    frozen.move_to(TOMORROW + timedelta(days=40))

    assert announce_ended_visits() == 0


def test_a_visit_that_moved_on_is_announced_anew(
    salon: Salon, told: Heard, frozen: time_machine.Traveller, django_capture_on_commit_callbacks: object
) -> None:
    announce_ended_visits()
    booking_id = told.events[0].booking_id
    assert booking_id is not None
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        reschedule_booking(actor=salon.as_admin, booking_id=booking_id, starts_at=TOMORROW + 3 * HOUR)
    frozen.move_to(TOMORROW + 5 * HOUR)

    assert completion_check() == 1
    assert told.kinds == ["booking_done", "booking_rescheduled", "booking_done"]


def test_an_announcement_that_fails_is_made_the_next_time(told: Heard) -> None:
    from bookings.signals import booking_event

    def refuse(**_kwargs: object) -> None:
        raise RuntimeError("the outbox is broken")

    booking_event.connect(refuse)
    with pytest.raises(RuntimeError):
        announce_ended_visits()
    booking_event.disconnect(refuse)

    assert not EndedVisit.objects.exists()
    assert announce_ended_visits() == 1
