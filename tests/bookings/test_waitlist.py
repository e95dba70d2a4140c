"""Waiting for a time: joining, leaving, answering an offer."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from bookings.enums import OfferState, PartOfDay, WaitlistState
from bookings.exceptions import (
    AlreadyWaiting,
    Banned,
    IdempotencyConflict,
    InvalidValue,
    NotAllowed,
    NotFound,
    OfferOver,
    RangeReversed,
    RangeTooLong,
    ServiceUnavailable,
    SlotTaken,
    TooManyBookings,
)
from bookings.models import AuditEntry, Booking, User, WaitlistEntry, WaitlistOffer
from bookings.queries.waitlist import client_waitlist, get_entry, location_waitlist
from bookings.read_models import ItemRequest, WaitlistCard
from bookings.services.waitlist import accept_offer, decline_offer, join_waitlist, leave_waitlist
from bookings.services.waitlist_matching import expire_offers
from tests.bookings.conftest import HOUR, TOMORROW, Salon, actor_of, set_policy
from tests.factories import ClientFactory

DAY = date(2026, 3, 3)


def join(salon: Salon, client: User | None = None, **changes: Any) -> WaitlistCard:
    """Wait for an hour with Anna tomorrow."""
    client = client or salon.client
    wish: dict[str, Any] = {
        "actor": actor_of(client),
        "client_id": client.pk,
        "location_id": salon.location.pk,
        "items": [ItemRequest(salon.service.pk, salon.anna.pk)],
        "date_from": DAY,
        "date_to": DAY,
    }
    return join_waitlist(**{**wish, **changes})


@pytest.fixture
def offered(salon: Salon) -> WaitlistCard:
    """Ten o'clock is on offer: the rest of Anna's day is booked by nobody, and the first of it is nine."""
    card = join(salon)
    assert expire_offers() == 1
    return get_entry(actor=salon.as_client, entry_id=card.id)


def test_a_wish_is_kept_as_it_was_said(salon: Salon) -> None:
    card = join(salon, part_of_day=PartOfDay.EVENING)

    assert (card.state, card.date_from, card.date_to, card.part_of_day) == ("waiting", DAY, DAY, "evening")
    assert [(item.service_id, item.specialist_id) for item in card.items] == [(salon.service.pk, salon.anna.pk)]
    assert card.offer is None
    assert client_waitlist(actor=salon.as_client, client_id=salon.client.pk) == (card,)
    assert AuditEntry.objects.filter(entity="waitlist_entry", action="created", entity_id=card.id).exists()


def test_the_same_wish_is_waited_for_once(salon: Salon) -> None:
    first = join(salon, idempotency_key="k")

    assert join(salon, idempotency_key="k") == first
    with pytest.raises(AlreadyWaiting) as refused:
        join(salon)
    assert refused.value.details == {"waitlist_entry_id": first.id}
    assert join(salon, items=[ItemRequest(salon.service.pk)]).id != first.id


def test_nobody_waits_for_everything(salon: Salon) -> None:
    for ahead in range(10):
        join(salon, date_to=DAY + timedelta(days=ahead))

    with pytest.raises(AlreadyWaiting) as refused:
        join(salon, date_to=DAY + timedelta(days=20))
    assert refused.value.details == {"limit": 10}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"date_to": DAY - timedelta(days=1)}, RangeReversed),
        ({"date_to": DAY + timedelta(days=62)}, RangeTooLong),
        ({"date_from": date(2026, 2, 1), "date_to": date(2026, 3, 1)}, InvalidValue),
        ({"date_from": date(2027, 2, 1), "date_to": date(2027, 2, 2)}, InvalidValue),
        ({"location_id": 0}, ServiceUnavailable),
        ({"items": []}, ServiceUnavailable),
        ({"items": [ItemRequest(0)]}, ServiceUnavailable),
    ],
)
def test_what_cannot_come_true_is_refused(salon: Salon, changes: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        join(salon, **changes)
    assert not WaitlistEntry.objects.exists()


def test_a_wish_is_its_clients_and_the_admins(salon: Salon) -> None:
    card = join(salon)
    stranger = actor_of(salon.stranger)

    with pytest.raises(NotFound):
        join(salon, actor=stranger)
    for refused in (
        lambda: get_entry(actor=stranger, entry_id=card.id),
        lambda: leave_waitlist(actor=stranger, entry_id=card.id),
        lambda: accept_offer(actor=stranger, entry_id=card.id),
        lambda: decline_offer(actor=salon.as_anna, entry_id=card.id),
        lambda: client_waitlist(actor=stranger, client_id=salon.client.pk),
        lambda: get_entry(actor=salon.as_admin, entry_id=0),
    ):
        with pytest.raises(NotFound):
            refused()
    with pytest.raises(NotAllowed):
        location_waitlist(actor=salon.as_client, location_id=salon.location.pk)
    assert location_waitlist(actor=salon.as_admin, location_id=salon.location.pk) == (card,)


def test_the_banned_do_not_wait(salon: Salon) -> None:
    User.objects.filter(pk=salon.client.pk).update(is_banned=True)

    with pytest.raises(Banned):
        join(salon)
    assert join(salon, actor=salon.as_admin)


def test_leaving_once_or_twice_is_leaving(salon: Salon, offered: WaitlistCard) -> None:
    for _press in range(2):
        assert leave_waitlist(actor=salon.as_client, entry_id=offered.id).state is WaitlistState.LEFT

    assert WaitlistOffer.objects.get().state == OfferState.WITHDRAWN
    assert client_waitlist(actor=salon.as_client, client_id=salon.client.pk) == ()
    with pytest.raises(OfferOver):
        accept_offer(actor=salon.as_client, entry_id=offered.id)


# Accepting


def test_accepting_books_what_was_offered(salon: Salon, offered: WaitlistCard) -> None:
    assert offered.offer is not None

    card = accept_offer(actor=salon.as_client, entry_id=offered.id)

    assert (card.starts_at, card.items[0].specialist_id) == (offered.offer.starts_at, salon.anna.pk)
    entry = get_entry(actor=salon.as_client, entry_id=offered.id)
    assert (entry.state, entry.booking_id, entry.offer) == (WaitlistState.BOOKED, card.id, None)


def test_accepting_again_is_the_same_booking(salon: Salon, offered: WaitlistCard) -> None:
    first = accept_offer(actor=salon.as_client, entry_id=offered.id, idempotency_key="k")

    assert accept_offer(actor=salon.as_client, entry_id=offered.id, idempotency_key="k") == first
    assert accept_offer(actor=salon.as_client, entry_id=offered.id) == first
    with pytest.raises(IdempotencyConflict):
        accept_offer(actor=salon.as_client, entry_id=offered.id, promo_code="SPRING", idempotency_key="k")
    assert Booking.objects.count() == 1


def test_who_was_slower_goes_on_waiting_and_hears_of_other_times(salon: Salon, offered: WaitlistCard) -> None:
    assert offered.offer is not None
    salon.book(offered.offer.starts_at, actor=actor_of(salon.stranger), client_id=salon.stranger.pk)

    with pytest.raises(SlotTaken) as refused:
        accept_offer(actor=salon.as_client, entry_id=offered.id)

    assert refused.value.alternatives
    assert WaitlistOffer.objects.get().state == OfferState.GONE
    assert get_entry(actor=salon.as_client, entry_id=offered.id).state is WaitlistState.WAITING


def test_an_offer_is_over_at_its_time(salon: Salon, offered: WaitlistCard, frozen: time_machine.Traveller) -> None:
    frozen.shift(timedelta(minutes=30))

    for answer in (accept_offer, decline_offer):
        with pytest.raises(OfferOver):
            answer(actor=salon.as_client, entry_id=offered.id)


def test_without_an_offer_there_is_nothing_to_answer(salon: Salon) -> None:
    card = join(salon)

    for answer in (accept_offer, decline_offer):
        with pytest.raises(OfferOver):
            answer(actor=salon.as_client, entry_id=card.id)


def test_other_refusals_leave_the_offer_open(salon: Salon, offered: WaitlistCard) -> None:
    set_policy(max_open_bookings=0)
    with pytest.raises(TooManyBookings):
        accept_offer(actor=salon.as_client, entry_id=offered.id)

    set_policy(max_open_bookings=None)
    assert accept_offer(actor=salon.as_client, entry_id=offered.id)


def test_dying_before_the_commit_leaves_the_offer_to_be_accepted_again(
    salon: Salon, offered: WaitlistCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The booking and the entry's end are one transaction."""

    class Killed(BaseException):
        pass

    def die(*_args: object, **_kwargs: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("bookings.services.create_booking.history.record", die)
        with pytest.raises(Killed):
            accept_offer(actor=salon.as_client, entry_id=offered.id)
    assert not Booking.objects.exists()

    assert accept_offer(actor=salon.as_client, entry_id=offered.id).id


def test_who_waits_for_anybody_gets_the_one_who_is_offered(salon: Salon) -> None:
    card = join(salon, items=[ItemRequest(salon.service.pk)])
    expire_offers()
    offer = get_entry(actor=salon.as_client, entry_id=card.id).offer
    assert offer is not None

    booked = accept_offer(actor=salon.as_client, entry_id=card.id)

    assert booked.items[0].specialist_id == offer.specialist_id


def test_cards_cost_a_fixed_number_of_queries(salon: Salon, django_assert_num_queries: Any) -> None:
    for _client in range(4):
        join(salon, ClientFactory.create())
    admin = salon.as_admin

    with django_assert_num_queries(5):
        assert len(location_waitlist(actor=admin, location_id=salon.location.pk)) == 4


def test_hours_are_counted_by_the_clock(salon: Salon, offered: WaitlistCard) -> None:
    assert offered.offer is not None
    assert offered.offer.starts_at == TOMORROW - HOUR
