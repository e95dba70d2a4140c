"""What clients say about their visits."""

from decimal import Decimal
from typing import Any

import pytest
import time_machine

from bookings.exceptions import AlreadyReviewed, InvalidText, InvalidValue, NotAllowed, NotFound, WrongStatus
from bookings.models import AuditEntry, Review
from bookings.queries.catalog import list_specialists
from bookings.queries.reviews import list_reviews, review_of
from bookings.read_models import BookingCard, ItemRequest, SpecialistCard
from bookings.services.complete_booking import complete_booking, mark_no_show
from bookings.services.reviews import add_words, hide_review, leave_review, reply_to_review
from tests.bookings.conftest import HOUR, TOMORROW, Salon, actor_of
from tests.factories import SpecialistFactory


@pytest.fixture
def visit(salon: Salon, frozen: time_machine.Traveller) -> BookingCard:
    """The client was there."""
    return visited(salon, frozen)


def visited(salon: Salon, frozen: time_machine.Traveller, **changes: Any) -> BookingCard:
    card = salon.book(**changes)
    frozen.move_to(TOMORROW + 9 * HOUR)
    card = complete_booking(actor=salon.as_admin, booking_id=card.id)
    frozen.move_to(TOMORROW - 24 * HOUR)
    return card


def shown(salon: Salon) -> dict[int, SpecialistCard]:
    cards = list_specialists(location_id=salon.location.pk, service_id=salon.service.pk)
    return {card.id: card for card in cards}


def test_the_client_rates_a_visit_that_took_place(salon: Salon, visit: BookingCard) -> None:
    review = leave_review(actor=salon.as_client, booking_id=visit.id, rating=4, text="  Lovely ")

    assert (review.rating, review.text, review.client_id) == (4, "Lovely", salon.client.pk)
    assert review.specialist_ids == (salon.anna.pk,)
    assert review_of(actor=salon.as_client, booking_id=visit.id) == review
    entry = AuditEntry.objects.get(entity="review")
    assert (entry.action, entry.entity_id, entry.actor_user_id) == ("created", review.id, salon.client.pk)


def test_each_visit_is_reviewed_once(salon: Salon, visit: BookingCard) -> None:
    leave_review(actor=salon.as_client, booking_id=visit.id, rating=4)

    with pytest.raises(AlreadyReviewed):
        leave_review(actor=salon.as_client, booking_id=visit.id, rating=5)
    assert Review.objects.get().rating == 4


def test_the_same_press_again_is_the_same_review(salon: Salon, visit: BookingCard) -> None:
    first = leave_review(actor=salon.as_client, booking_id=visit.id, rating=4, idempotency_key="tg:1")

    assert leave_review(actor=salon.as_client, booking_id=visit.id, rating=4, idempotency_key="tg:1") == first


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_a_rating_is_one_to_five(salon: Salon, visit: BookingCard, rating: int) -> None:
    with pytest.raises(InvalidValue) as refused:
        leave_review(actor=salon.as_client, booking_id=visit.id, rating=rating)
    assert refused.value.details["field"] == "rating"


def test_a_text_has_an_end(salon: Salon, visit: BookingCard) -> None:
    with pytest.raises(InvalidText):
        leave_review(actor=salon.as_client, booking_id=visit.id, rating=3, text="x" * 2001)


def test_nobody_reviews_for_the_client(salon: Salon, visit: BookingCard) -> None:
    for staff in (salon.as_admin, salon.as_anna):
        with pytest.raises(NotAllowed):
            leave_review(actor=staff, booking_id=visit.id, rating=5)
    with pytest.raises(NotFound):
        leave_review(actor=actor_of(salon.stranger), booking_id=visit.id, rating=5)
    with pytest.raises(NotFound):
        leave_review(actor=salon.as_client, booking_id=0, rating=5)
    assert not Review.objects.exists()


def test_only_what_took_place_is_reviewed(salon: Salon, frozen: time_machine.Traveller) -> None:
    ahead, missed = salon.book(TOMORROW + HOUR), salon.book()
    frozen.move_to(TOMORROW + HOUR)
    mark_no_show(actor=salon.as_admin, booking_id=missed.id)

    for booking in (ahead, missed):
        with pytest.raises(WrongStatus):
            leave_review(actor=salon.as_client, booking_id=booking.id, rating=1)


def test_the_business_answers_and_takes_it_back(salon: Salon, visit: BookingCard) -> None:
    review = leave_review(actor=salon.as_client, booking_id=visit.id, rating=2)

    answered = reply_to_review(actor=salon.as_admin, review_id=review.id, reply="Sorry!")
    assert (answered.reply, answered.replied_at is None) == ("Sorry!", False)
    silent = reply_to_review(actor=salon.as_admin, review_id=review.id, reply=" ")
    assert (silent.reply, silent.replied_at) == ("", None)
    entry = AuditEntry.objects.filter(action="replied").first()
    assert entry is not None
    assert (entry.before, entry.after) == ({"reply": "Sorry!"}, {"reply": ""})


def test_a_hidden_review_is_for_admins_and_its_writer_and_counts_for_nobody(
    salon: Salon, visit: BookingCard
) -> None:
    review = leave_review(actor=salon.as_client, booking_id=visit.id, rating=1)
    hide_review(actor=salon.as_admin, review_id=review.id)

    assert list_reviews(actor=actor_of(salon.stranger)) == ()
    assert [card.is_hidden for card in list_reviews(actor=salon.as_admin)] == [True]
    assert review_of(actor=salon.as_client, booking_id=visit.id) is not None
    assert shown(salon)[salon.anna.pk].review_count == 0

    hide_review(actor=salon.as_admin, review_id=review.id, hidden=False)
    assert len(list_reviews(actor=actor_of(salon.stranger))) == 1


def test_moderating_is_for_admins(salon: Salon, visit: BookingCard) -> None:
    review = leave_review(actor=salon.as_client, booking_id=visit.id, rating=1)

    for actor in (salon.as_client, salon.as_anna):
        with pytest.raises(NotAllowed):
            hide_review(actor=actor, review_id=review.id)
        with pytest.raises(NotAllowed):
            reply_to_review(actor=actor, review_id=review.id, reply="x")
    with pytest.raises(NotFound):
        hide_review(actor=salon.as_admin, review_id=0)


def test_the_catalogue_shows_the_average(salon: Salon, frozen: time_machine.Traveller) -> None:
    for hour, rating in ((0, 5), (1, 4), (2, 4)):
        card = visited(salon, frozen, starts_at=TOMORROW + hour * HOUR)
        leave_review(actor=salon.as_client, booking_id=card.id, rating=rating)
    with_boris = [ItemRequest(salon.service.pk, salon.boris.pk)]
    card = visited(salon, frozen, starts_at=TOMORROW + 4 * HOUR, items=with_boris)
    leave_review(actor=salon.as_client, booking_id=card.id, rating=1)

    cards = shown(salon)

    assert (cards[salon.anna.pk].rating, cards[salon.anna.pk].review_count) == (Decimal("4.33"), 3)
    assert (cards[salon.boris.pk].rating, cards[salon.boris.pk].review_count) == (Decimal(1), 1)
    assert len(list_reviews(actor=salon.as_client, specialist_id=salon.anna.pk)) == 3


def test_ratings_cost_one_query_however_many_specialists(salon: Salon, django_assert_max_num_queries: Any) -> None:
    for _specialist in range(5):
        SpecialistFactory.create(at=[salon.location], gives=[salon.service])

    with django_assert_max_num_queries(5):
        assert {card.rating for card in shown(salon).values()} == {None}


def test_words_are_added_to_a_rating_that_has_none(salon: Salon, visit: BookingCard) -> None:
    leave_review(actor=salon.as_client, booking_id=visit.id, rating=4)

    for text, refusal in (("  ", InvalidText), ("x" * 2001, InvalidText)):
        with pytest.raises(refusal):
            add_words(actor=salon.as_client, booking_id=visit.id, text=text)
    with pytest.raises(NotFound):
        add_words(actor=salon.as_admin, booking_id=visit.id, text="Not mine")
    review = add_words(actor=salon.as_client, booking_id=visit.id, text=" Lovely ", idempotency_key="tg:2")
    assert (review.rating, review.text) == (4, "Lovely")
    again = add_words(actor=salon.as_client, booking_id=visit.id, text=" Lovely ", idempotency_key="tg:2")
    assert again == review
    with pytest.raises(AlreadyReviewed):
        add_words(actor=salon.as_client, booking_id=visit.id, text="And more")
    assert AuditEntry.objects.filter(entity="review", action="worded").count() == 1
