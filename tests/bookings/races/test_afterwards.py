"""Races of real processes for what follows a booking: moves, cancellations, limits, offers, reviews, series."""

from datetime import datetime, timedelta

import pytest

from booking_site.lib import clock
from bookings.models import Allocation, Booking, Promotion, PromotionUse, WaitlistEntry, WaitlistOffer
from bookings.read_models import ItemRequest
from bookings.services.cancel_booking import cancel_booking
from bookings.services.waitlist import join_waitlist
from bookings.services.waitlist_matching import expire_offers
from tests.bookings.conftest import HOUR, Salon, actor_of, set_policy
from tests.bookings.contenders import Call, Contenders
from tests.bookings.races.attempts import (
    CONTENDERS,
    assert_the_rest_were_told_of_alternatives,
    clients,
    create,
    winners,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]


def test_two_moves_to_one_time_have_one_winner(crowd: Contenders, busy_salon: Salon, ten: datetime) -> None:
    cards = [
        busy_salon.book(ten + n * HOUR, actor=busy_salon.as_admin, client_id=client.pk)
        for n, client in enumerate(clients(4))
    ]
    calls = [
        Call(
            "bookings.services.reschedule_booking.reschedule_booking",
            {"actor": busy_salon.as_admin, "booking_id": card.id, "starts_at": ten + 5 * HOUR},
        )
        for card in cards
    ]

    outcomes = crowd.race(calls)

    assert len(winners(outcomes)) == 1
    assert_the_rest_were_told_of_alternatives(outcomes)
    assert Allocation.objects.count() == Booking.objects.count() == 4


def test_one_of_many_cancellations_counts(crowd: Contenders, busy_salon: Salon, ten: datetime) -> None:
    card = busy_salon.book(ten)
    call = Call(
        "bookings.services.cancel_booking.cancel_booking", {"actor": busy_salon.as_admin, "booking_id": card.id}
    )

    outcomes = crowd.race([call] * CONTENDERS)

    assert sorted(outcome.code for outcome in outcomes) == ["", *["wrong_status"] * (CONTENDERS - 1)]


def test_the_limit_of_open_bookings_holds_for_simultaneous_ones(
    crowd: Contenders, busy_salon: Salon, ten: datetime
) -> None:
    set_policy(max_open_bookings=2)

    outcomes = crowd.race([create(busy_salon, ten + n * HOUR, busy_salon.client) for n in range(6)])

    assert sorted(outcome.code for outcome in outcomes) == ["", "", *["too_many_bookings"] * 4]


def test_a_promotion_is_used_as_often_as_it_may_be(crowd: Contenders, busy_salon: Salon, ten: datetime) -> None:
    Promotion.objects.create(code="LAST", kind="percent", value=10, usage_limit=2)
    calls = [create(busy_salon, ten + n * HOUR, client, promo_code="last") for n, client in enumerate(clients(6))]

    outcomes = crowd.race(calls)

    assert sorted(outcome.code for outcome in outcomes) == ["", "", *["promotion_refused"] * 4]
    assert Promotion.objects.get().used == PromotionUse.objects.count() == Booking.objects.count() == 2


def test_a_visit_is_reviewed_once(crowd: Contenders, busy_salon: Salon, ten: datetime) -> None:
    card = busy_salon.book(ten)
    Booking.objects.filter(pk=card.id).update(status="done")
    call = Call(
        "bookings.services.reviews.leave_review",
        {"actor": busy_salon.as_client, "booking_id": card.id, "rating": 5},
    )

    outcomes = crowd.race([call] * CONTENDERS)

    assert sorted(outcome.code for outcome in outcomes) == ["", *["already_reviewed"] * (CONTENDERS - 1)]


def test_many_beats_offer_one_freed_time_to_one(crowd: Contenders, busy_salon: Salon, ten: datetime) -> None:
    day = ten.date()
    busy_salon.anna.working_hours.update(starts_at="10:00", ends_at="11:00")
    card = busy_salon.book(ten)
    for client in clients(3):
        join_waitlist(
            actor=actor_of(client), client_id=client.pk, location_id=busy_salon.location.pk,
            items=[ItemRequest(busy_salon.service.pk, busy_salon.anna.pk)], date_from=day, date_to=day,
        )  # fmt: skip
    cancel_booking(actor=busy_salon.as_admin, booking_id=card.id)

    outcomes = crowd.race([Call("bookings.services.waitlist_matching.expire_offers", {})] * CONTENDERS)

    assert {outcome.code for outcome in outcomes} == {""}
    assert sum(winners(outcomes)) == WaitlistOffer.objects.count() == 1
    assert WaitlistOffer.objects.get().entry == WaitlistEntry.objects.order_by("pk").first()


def test_an_offer_is_accepted_once(crowd: Contenders, busy_salon: Salon, ten: datetime) -> None:
    client = busy_salon.client
    entry = join_waitlist(
        actor=busy_salon.as_client, client_id=client.pk, location_id=busy_salon.location.pk,
        items=[ItemRequest(busy_salon.service.pk)], date_from=ten.date(), date_to=ten.date(),
    )  # fmt: skip
    assert expire_offers() == 1
    call = Call("bookings.services.waitlist.accept_offer", {"actor": busy_salon.as_client, "entry_id": entry.id})

    outcomes = crowd.race([call] * CONTENDERS)

    assert {outcome.code for outcome in outcomes} == {""}
    assert {card.id for card in winners(outcomes)} == {Booking.objects.get().pk}


def test_overlapping_series_are_whole_or_not_at_all(crowd: Contenders, busy_salon: Salon, ten: datetime) -> None:
    calls = [
        Call(
            "bookings.services.recurring.book_recurring",
            {
                "actor": actor_of(client),
                "client_id": client.pk,
                "location_id": busy_salon.location.pk,
                "items": [ItemRequest(busy_salon.service.pk, busy_salon.anna.pk)],
                "starts_at": ten + timedelta(weeks=n % 3),
                "every_weeks": 1,
                "times": 4,
            },
        )
        for n, client in enumerate(clients(6))
    ]

    outcomes = crowd.race(calls)

    assert sorted(outcome.code for outcome in outcomes) == ["", *["series_conflict"] * 5]
    assert Booking.objects.count() == 4


def test_an_ended_visit_is_announced_once(crowd: Contenders, busy_salon: Salon, ten: datetime) -> None:
    card = busy_salon.book(ten)
    past = clock.now() - 2 * HOUR
    Booking.objects.filter(pk=card.id).update(starts_at=past, ends_at=past + HOUR)

    outcomes = crowd.race([Call("bookings.services.end_visits.announce_ended_visits", {})] * CONTENDERS)

    assert {outcome.code for outcome in outcomes} == {""}
    assert sum(winners(outcomes)) == 1
