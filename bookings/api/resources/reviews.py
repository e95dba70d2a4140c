"""What clients say about their visits, and the business's answers."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from bookings.api.caller import caller_of
from bookings.api.inputs import Input
from bookings.api.openapi import responses
from bookings.api.resources.bookings import WRITE_PROBLEMS
from bookings.api.times import Moment, moment
from bookings.api.values import Id, IdempotencyKey, Text
from bookings.exceptions import NotFound
from bookings.queries.reviews import PAGE, list_reviews, review_of
from bookings.read_models import ReviewCard
from bookings.services.reviews import HIGHEST, LOWEST, hide_review, leave_review, reply_to_review

router = Router()

_MODERATION = (*WRITE_PROBLEMS, "not_found", "not_allowed")


class PublicReview(Schema):
    id: int
    author: str = Field(description="The first name; empty where the client has given none")
    specialist_ids: list[int]
    rating: int = Field(description=f"{LOWEST} to {HIGHEST}")
    text: str
    reply: str = Field(description="Of the business; empty where there is none")
    created_at: Moment
    replied_at: Moment | None


class Review(PublicReview):
    """With what is nobody else's business."""

    booking_id: int
    client_id: int
    is_hidden: bool


class Reviews(Schema):
    items: list[PublicReview]


class ReviewsQuery(Schema):
    specialist_id: Id | None = None
    limit: int = Field(default=20, ge=1, le=PAGE)
    offset: int = Field(default=0, ge=0, le=10_000)


class NewReview(Input):
    rating: int = Field(ge=LOWEST, le=HIGHEST)
    text: Text = ""


class Reply(Input):
    reply: Text = Field(description="An empty one takes the answer back")


class Hiding(Input):
    is_hidden: bool = True


@router.get(
    "/reviews", response=Reviews, operation_id="list_reviews", summary="Reviews",
    openapi_extra=responses("invalid_request", "internal_error"),
)  # fmt: skip
def reviews(request: HttpRequest, query: Query[ReviewsQuery]) -> Reviews:
    """Latest first, of one specialist or of all."""
    found = list_reviews(
        actor=caller_of(request).actor, specialist_id=query.specialist_id, limit=query.limit, offset=query.offset
    )
    return Reviews(items=[PublicReview(**_public(card)) for card in found])


@router.post(
    "/bookings/{int:booking_id}/review", response={HTTPStatus.CREATED: Review}, operation_id="leave_review",
    summary="Review a visit",
    openapi_extra=responses(
        *WRITE_PROBLEMS, "not_found", "not_allowed", "wrong_status", "already_reviewed", "invalid_text",
    ),
)  # fmt: skip
def leave(
    request: HttpRequest, booking_id: Path[Id], review: NewReview, idempotency_key: IdempotencyKey = None
) -> Status[Review]:
    """Once for each visit that took place, by the client alone."""
    caller = caller_of(request)
    card = leave_review(
        actor=caller.actor,
        booking_id=booking_id,
        rating=review.rating,
        text=review.text,
        idempotency_key=caller.idempotency_key(idempotency_key),
    )
    return Status(HTTPStatus.CREATED, _out(card))


@router.get(
    "/bookings/{int:booking_id}/review", response=Review, operation_id="get_review",
    summary="The review of a visit", openapi_extra=responses("not_found", "invalid_request"),
)  # fmt: skip
def of_booking(request: HttpRequest, booking_id: Path[Id]) -> Review:
    card = review_of(actor=caller_of(request).actor, booking_id=booking_id)
    if card is None:
        raise NotFound("The visit has no review")
    return _out(card)


@router.post(
    "/reviews/{int:review_id}/reply", response=Review, operation_id="reply_to_review", summary="Answer a review",
    openapi_extra=responses(*_MODERATION, "invalid_text"),
)  # fmt: skip
def reply(
    request: HttpRequest, review_id: Path[Id], answer: Reply, idempotency_key: IdempotencyKey = None
) -> Review:
    caller = caller_of(request)
    key = caller.idempotency_key(idempotency_key)
    return _out(reply_to_review(actor=caller.actor, review_id=review_id, reply=answer.reply, idempotency_key=key))


@router.post(
    "/reviews/{int:review_id}/hide", response=Review, operation_id="hide_review", summary="Hide or show a review",
    openapi_extra=responses(*_MODERATION),
)  # fmt: skip
def hide(
    request: HttpRequest, review_id: Path[Id], hiding: Hiding, idempotency_key: IdempotencyKey = None
) -> Review:
    """A hidden one is shown to nobody and counts for nobody."""
    caller = caller_of(request)
    key = caller.idempotency_key(idempotency_key)
    return _out(hide_review(actor=caller.actor, review_id=review_id, hidden=hiding.is_hidden, idempotency_key=key))


def _public(card: ReviewCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "author": card.author,
        "specialist_ids": list(card.specialist_ids),
        "rating": card.rating,
        "text": card.text,
        "reply": card.reply,
        "created_at": moment(card.created_at, card.zone),
        "replied_at": None if card.replied_at is None else moment(card.replied_at, card.zone),
    }


def _out(card: ReviewCard) -> Review:
    return Review(**_public(card), booking_id=card.booking_id, client_id=card.client_id, is_hidden=card.is_hidden)
