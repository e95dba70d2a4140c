"""Confirming, cancelling and closing a booking; versions; what history and events say of each."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from bookings.actor import SYSTEM
from bookings.enums import BookingStatus, Door, Role
from bookings.exceptions import (
    InvalidText,
    NotAllowed,
    OutcomeSettled,
    StaleVersion,
    TooEarly,
    TooLate,
    WrongStatus,
)
from bookings.models import Allocation, AuditEntry, Booking, Review, StatusChange
from bookings.queries.bookings import may_reopen
from bookings.read_models import BookingCard
from bookings.services.cancel_booking import cancel_booking
from bookings.services.complete_booking import complete_booking, mark_no_show
from bookings.services.confirm_booking import confirm_booking
from bookings.services.reopen_booking import reopen_booking
from bookings.services.reschedule_booking import reschedule_booking
from bookings.services.reviews import leave_review
from bookings.signals import BookingEvent, booking_event
from tests.bookings.conftest import HOUR, TOMORROW, Heard, Salon, actor_of, row, set_policy

AFTERWARDS = TOMORROW + 2 * HOUR
Change = Callable[..., BookingCard]


@pytest.fixture
def booking(salon: Salon) -> BookingCard:
    return salon.book()


@pytest.fixture
def pending(salon: Salon) -> BookingCard:
    set_policy(auto_confirm=False)
    return salon.book()


def history(card: BookingCard) -> list[tuple[str, str]]:
    return list(StatusChange.objects.filter(booking=card.id).values_list("from_status", "to_status"))


def test_staff_confirm_what_is_pending(salon: Salon, pending: BookingCard, heard: Heard) -> None:
    card = confirm_booking(actor=salon.as_anna, booking_id=pending.id)

    assert (card.status, card.version) == (BookingStatus.CONFIRMED, 2)
    assert history(card) == [("", "pending"), ("pending", "confirmed")]
    assert heard.kinds == ["booking_confirmed"]


def test_cancelling_frees_the_time_at_once(salon: Salon, booking: BookingCard, heard: Heard) -> None:
    card = cancel_booking(actor=salon.as_client, booking_id=booking.id, reason=" ill ")

    assert (card.status, card.version) == (BookingStatus.CANCELLED, 2)
    assert not Allocation.objects.exists()
    assert heard.events[0].payload == {"reason": "ill"}
    again = salon.book(actor=actor_of(salon.stranger), client_id=salon.stranger.pk)
    assert again.starts_at == booking.starts_at


def test_a_pending_booking_can_be_cancelled(salon: Salon, pending: BookingCard) -> None:
    assert cancel_booking(actor=salon.as_client, booking_id=pending.id).status is BookingStatus.CANCELLED


def test_a_visit_that_took_place_is_completed(
    salon: Salon, booking: BookingCard, heard: Heard, frozen: time_machine.Traveller
) -> None:
    frozen.move_to(AFTERWARDS)

    assert complete_booking(actor=salon.as_anna, booking_id=booking.id).status is BookingStatus.DONE
    assert heard.kinds == ["booking_completed"]
    assert Allocation.objects.exists(), "the time was used"


def test_a_client_who_did_not_come_is_marked(
    salon: Salon, booking: BookingCard, heard: Heard, frozen: time_machine.Traveller
) -> None:
    frozen.move_to(AFTERWARDS)

    assert mark_no_show(actor=salon.as_admin, booking_id=booking.id).status is BookingStatus.NO_SHOW
    assert heard.kinds == ["booking_no_show"]


@pytest.mark.parametrize("close", [complete_booking, mark_no_show])
def test_a_visit_that_has_not_begun_has_no_outcome(salon: Salon, booking: BookingCard, close: Change) -> None:
    with pytest.raises(TooEarly) as refused:
        close(actor=salon.as_admin, booking_id=booking.id)
    assert refused.value.details == {"starts_at": TOMORROW}


@pytest.mark.parametrize("close", [complete_booking, mark_no_show])
def test_a_slip_is_taken_back_and_noted_anew(
    salon: Salon, booking: BookingCard, heard: Heard, close: Change, frozen: time_machine.Traveller
) -> None:
    frozen.move_to(AFTERWARDS)
    noted = close(actor=salon.as_anna, booking_id=booking.id)
    assert may_reopen(actor=salon.as_anna, booking_id=booking.id)

    again = reopen_booking(actor=salon.as_anna, booking_id=booking.id, expected_version=noted.version)

    assert (again.status, again.version) == (BookingStatus.CONFIRMED, 3)
    assert heard.kinds[-1] == "booking_reopened"
    audited = AuditEntry.objects.latest("pk")
    assert (audited.action, audited.before, audited.after) == (
        "reopened", {"status": str(noted.status)}, {"status": "confirmed"},
    )  # fmt: skip
    assert not may_reopen(actor=salon.as_anna, booking_id=booking.id)
    assert mark_no_show(actor=salon.as_admin, booking_id=booking.id).status is BookingStatus.NO_SHOW


def test_what_was_noted_long_ago_or_is_reviewed_stays(
    salon: Salon, booking: BookingCard, frozen: time_machine.Traveller
) -> None:
    frozen.move_to(AFTERWARDS)
    with pytest.raises(WrongStatus):
        reopen_booking(actor=salon.as_admin, booking_id=booking.id)
    complete_booking(actor=salon.as_admin, booking_id=booking.id)
    with pytest.raises(NotAllowed):
        reopen_booking(actor=salon.as_client, booking_id=booking.id)
    review = leave_review(actor=salon.as_client, booking_id=booking.id, rating=5)
    assert not may_reopen(actor=salon.as_admin, booking_id=booking.id)
    with pytest.raises(OutcomeSettled):
        reopen_booking(actor=salon.as_admin, booking_id=booking.id)
    Review.objects.filter(pk=review.id).delete()
    frozen.move_to(AFTERWARDS + timedelta(days=1, seconds=1))
    assert not may_reopen(actor=salon.as_admin, booking_id=booking.id)
    with pytest.raises(OutcomeSettled):
        reopen_booking(actor=salon.as_admin, booking_id=booking.id)
    assert row(booking).status == "done"


def move(**arguments: Any) -> BookingCard:
    return reschedule_booking(starts_at=TOMORROW + 3 * HOUR, **arguments)


#: What each change may start from; everything else is WrongStatus.
MAY_START_FROM: dict[Change, set[BookingStatus]] = {
    confirm_booking: {BookingStatus.PENDING},
    cancel_booking: {BookingStatus.PENDING, BookingStatus.CONFIRMED},
    move: {BookingStatus.PENDING, BookingStatus.CONFIRMED},
    complete_booking: {BookingStatus.CONFIRMED},
    mark_no_show: {BookingStatus.CONFIRMED},
}


@pytest.mark.parametrize("status", BookingStatus)
@pytest.mark.parametrize("change", MAY_START_FROM)
def test_a_status_allows_only_its_own_changes(
    salon: Salon, booking: BookingCard, change: Change, status: BookingStatus, frozen: time_machine.Traveller
) -> None:
    Booking.objects.filter(pk=booking.id).update(status=status)
    frozen.move_to(TOMORROW + HOUR / 4)  # it has begun, so it could be closed, too

    if status in MAY_START_FROM[change]:
        change(actor=salon.as_admin, booking_id=booking.id)
    else:
        with pytest.raises(WrongStatus) as refused:
            change(actor=salon.as_admin, booking_id=booking.id)
        assert refused.value.details == {"status": status}
        assert row(booking).version == 1


@pytest.mark.parametrize("change", MAY_START_FROM)
def test_a_change_made_from_an_old_view_is_refused(
    salon: Salon, booking: BookingCard, change: Change, frozen: time_machine.Traveller
) -> None:
    if change is confirm_booking:
        Booking.objects.filter(pk=booking.id).update(status=BookingStatus.PENDING)
    frozen.move_to(TOMORROW)

    with pytest.raises(StaleVersion) as refused:
        change(actor=salon.as_admin, booking_id=booking.id, expected_version=7)
    assert refused.value.details == {"version": 1}
    assert change(actor=salon.as_admin, booking_id=booking.id, expected_version=1).version == 2


@pytest.mark.parametrize(
    ("change", "window"), [(cancel_booking, "cancel_window_minutes"), (move, "reschedule_window_minutes")]
)
def test_windows_bind_clients_and_not_staff(
    salon: Salon, booking: BookingCard, change: Change, window: str, frozen: time_machine.Traveller
) -> None:
    set_policy(**{window: 90})

    frozen.move_to(TOMORROW - timedelta(minutes=90) + timedelta(seconds=1))
    with pytest.raises(TooLate) as refused:
        change(actor=salon.as_client, booking_id=booking.id)
    assert refused.value.details == {"window_minutes": 90}
    assert row(booking).version == 1

    frozen.move_to(TOMORROW - timedelta(minutes=90))
    with transaction.atomic():
        assert change(actor=salon.as_client, booking_id=booking.id).version == 2
        transaction.set_rollback(True)
    frozen.move_to(TOMORROW - timedelta(minutes=1))
    assert change(actor=salon.as_anna, booking_id=booking.id).version == 2


@pytest.mark.parametrize(
    ("change", "window"), [(cancel_booking, "cancel_window_minutes"), (move, "reschedule_window_minutes")]
)
def test_a_window_of_ages_is_one_that_has_closed(
    salon: Salon, booking: BookingCard, change: Change, window: str
) -> None:
    set_policy(**{window: 2**31 - 1})

    with pytest.raises(TooLate):
        change(actor=salon.as_client, booking_id=booking.id)


def test_an_overlong_reason_is_refused(salon: Salon, booking: BookingCard) -> None:
    with pytest.raises(InvalidText):
        cancel_booking(actor=salon.as_admin, booking_id=booking.id, reason="x" * 301)


def test_history_says_who_by_which_door_why_and_in_which_story(salon: Salon, booking: BookingCard) -> None:
    cancel_booking(actor=salon.as_anna, booking_id=booking.id, reason="broken scissors")

    line = StatusChange.objects.filter(booking=booking.id).last()
    assert line is not None
    assert (line.by_user, line.by_role, line.door) == (salon.anna_user, Role.SPECIALIST, Door.BOT)
    assert (line.reason, line.trace_id) == ("broken scissors", "trace-1")


def test_the_system_acts_under_its_own_name(salon: Salon, booking: BookingCard, heard: Heard) -> None:
    cancel_booking(actor=SYSTEM, booking_id=booking.id)

    line = StatusChange.objects.filter(booking=booking.id).last()
    assert line is not None
    assert (line.by_user, line.by_role, line.door) == (None, Role.SYSTEM, Door.SYSTEM)
    assert line.trace_id == heard.events[0].actor.trace_id != ""


def test_events_are_announced_inside_the_transaction(salon: Salon, frozen: time_machine.Traveller) -> None:
    inside: list[tuple[str, bool]] = []

    def listen(event: BookingEvent, **_kwargs: object) -> None:
        inside.append((event.kind.value, len(transaction.get_connection().savepoint_ids) > 0))

    booking_event.connect(listen)
    set_policy(auto_confirm=False)
    card = salon.book()
    confirm_booking(actor=salon.as_admin, booking_id=card.id)
    move(actor=salon.as_admin, booking_id=card.id)
    frozen.move_to(TOMORROW + 5 * HOUR)
    complete_booking(actor=salon.as_admin, booking_id=card.id)

    assert inside == [
        ("booking_created", True),
        ("booking_confirmed", True),
        ("booking_rescheduled", True),
        ("booking_completed", True),
    ]
    assert StatusChange.objects.filter(booking=card.id).count() == len(inside)


def test_an_event_that_cannot_be_recorded_undoes_the_change(salon: Salon, booking: BookingCard) -> None:
    def refuse(**_kwargs: object) -> None:
        raise RuntimeError("the outbox is broken")

    booking_event.connect(refuse)
    with pytest.raises(RuntimeError, match="outbox"):
        cancel_booking(actor=salon.as_client, booking_id=booking.id)
    with pytest.raises(RuntimeError, match="outbox"):
        salon.book(TOMORROW + 3 * HOUR)
    booking_event.disconnect(refuse)

    assert row(booking).status == BookingStatus.CONFIRMED
    assert (Booking.objects.count(), Allocation.objects.count(), len(history(booking))) == (1, 1, 1)


def test_a_refused_change_announces_nothing(salon: Salon, booking: BookingCard, heard: Heard) -> None:
    with pytest.raises(TooEarly):
        complete_booking(actor=salon.as_admin, booking_id=booking.id)
    assert heard.events == []
