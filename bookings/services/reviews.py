"""What clients say about their visits, and what the business answers."""

from collections.abc import Callable

from django.db import IntegrityError, transaction

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.cards import review_card
from bookings.enums import BookingStatus
from bookings.exceptions import AlreadyReviewed, InvalidText, InvalidValue, NotFound
from bookings.models import Booking, Review
from bookings.models.review import TEXT_LIMIT
from bookings.policies import Action, Task, require_task
from bookings.read_models import ReviewCard
from bookings.services import audit, history
from bookings.services.change import check_status, require
from bookings.services.idempotency import Request, made_once

LOWEST, HIGHEST = 1, 5
_MODERATED = ("reply", "is_hidden")


def leave_review(
    *, actor: Actor, booking_id: int, rating: int, text: str = "", idempotency_key: str | None = None
) -> ReviewCard:
    """The client's word on a visit that took place, once.

    Raises:
        NotFound, NotAllowed: it is not the actor's own visit.
        WrongStatus: the visit has not taken place, or nobody has said so yet.
        AlreadyReviewed: it was reviewed before.
        InvalidValue: the rating is not 1 to 5. InvalidText: the text is too long.
        IdempotencyConflict, Busy.
    """
    if not LOWEST <= rating <= HIGHEST:
        raise InvalidValue("a rating is 1 to 5", field="rating", lowest=LOWEST, highest=HIGHEST)
    text = history.clean_text(text, limit=TEXT_LIMIT, field="text")
    request = Request.of(
        actor=actor,
        operation=Action.REVIEW,
        key=idempotency_key,
        content={"booking": booking_id, "rating": rating, "text": text},
    )

    def work() -> int:
        with transaction.atomic():
            # The lock is the queue: of two reviews at once, the second finds the first.
            booking = Booking.objects.select_for_update().filter(pk=booking_id).first()
            if booking is None:
                raise NotFound("booking")
            require(actor, Action.REVIEW, booking)
            check_status(booking, BookingStatus.DONE)
            review = _write(booking, rating, text)
            audit.record(
                actor=actor, action="created", entity="review", entity_id=review.pk,
                before=None, after={"booking": booking_id, "rating": rating, "text": text},
            )  # fmt: skip
            request.remember(review.pk)
        return int(review.pk)

    return review_card(made_once(Review.objects.with_details(), request, work))


def add_words(*, actor: Actor, booking_id: int, text: str, idempotency_key: str | None = None) -> ReviewCard:
    """The client's words to a rating they gave without any.

    Raises:
        NotFound: no such review, or somebody else's. AlreadyReviewed: it has words. InvalidText: empty or too long.
        IdempotencyConflict, Busy.
    """
    text = history.clean_text(text, limit=TEXT_LIMIT, field="text")
    if not text:
        raise InvalidText("no words", field="text", limit=TEXT_LIMIT)
    request = _request(actor, "review_worded", idempotency_key, booking=booking_id, text=text)

    def work() -> int:
        with transaction.atomic():
            review = (
                Review.objects.select_for_update().filter(booking=booking_id, client=actor.user_id or 0).first()
            )
            if review is None:
                raise NotFound("review")
            if review.text:
                raise AlreadyReviewed("the review has words already")
            review.text = text
            review.save(update_fields=["text"])
            audit.record(
                actor=actor, action="worded", entity="review", entity_id=review.pk,
                before={"text": ""}, after={"text": text},
            )  # fmt: skip
            request.remember(review.pk)
        return int(review.pk)

    return review_card(made_once(Review.objects.with_details(), request, work))


def reply_to_review(*, actor: Actor, review_id: int, reply: str, idempotency_key: str | None = None) -> ReviewCard:
    """The business answers, or takes its answer back with an empty one. Raises NotFound, NotAllowed, InvalidText."""
    reply = history.clean_text(reply, limit=TEXT_LIMIT, field="reply")

    def change(review: Review) -> None:
        review.reply = reply
        review.replied_at = clock.now() if reply else None

    request = _request(actor, "review_replied", idempotency_key, review=review_id, reply=reply)
    return _moderate(actor, request, review_id, "replied", change)


def hide_review(
    *, actor: Actor, review_id: int, hidden: bool = True, idempotency_key: str | None = None
) -> ReviewCard:
    """Show it to nobody and count it for nobody, or show it again. Raises NotFound, NotAllowed."""

    def change(review: Review) -> None:
        review.is_hidden = hidden

    action = "hidden" if hidden else "shown"
    request = _request(actor, f"review_{action}", idempotency_key, review=review_id)
    return _moderate(actor, request, review_id, action, change)


def _write(booking: Booking, rating: int, text: str) -> Review:
    try:
        with transaction.atomic():
            review = Review.objects.create(booking=booking, client_id=booking.client_id, rating=rating, text=text)
    except IntegrityError as error:
        if Review.objects.filter(booking=booking).exists():
            raise AlreadyReviewed("the visit was reviewed before") from error
        raise
    review.specialists.set(set(booking.items.values_list("specialist", flat=True)))
    return review


def _request(actor: Actor, operation: str, key: str | None, **content: object) -> Request:
    return Request.of(actor=actor, operation=operation, key=key, content=content)


def _moderate(
    actor: Actor, request: Request, review_id: int, action: str, change: Callable[[Review], None]
) -> ReviewCard:
    require_task(actor, Task.MODERATE)

    def work() -> int:
        with transaction.atomic():
            review = Review.objects.select_for_update().filter(pk=review_id).first()
            if review is None:
                raise NotFound("review")
            before = {name: getattr(review, name) for name in _MODERATED}
            change(review)
            review.save()
            after = {name: getattr(review, name) for name in _MODERATED}
            audit.record(
                actor=actor, action=action, entity="review", entity_id=review_id, before=before, after=after
            )
            request.remember(review_id)
        return review_id

    return review_card(made_once(Review.objects.with_details(), request, work))
