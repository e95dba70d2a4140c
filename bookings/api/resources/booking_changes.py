"""What becomes of a booking: confirmed, moved, given to somebody else, cancelled, over."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from bookings.api.booking_out import Booking
from bookings.api.caller import caller_of
from bookings.api.inputs import Input
from bookings.api.openapi import responses
from bookings.api.resources.bookings import TIME_PROBLEMS, WRITE_PROBLEMS
from bookings.api.times import Instant
from bookings.api.values import Id, IdempotencyKey, Text
from bookings.api.versions import IfMatch, version_of, versioned
from bookings.read_models import BookingCard
from bookings.services.cancel_booking import cancel_booking
from bookings.services.complete_booking import complete_booking, mark_no_show
from bookings.services.confirm_booking import confirm_booking
from bookings.services.confirm_coming import confirm_coming
from bookings.services.reassign_booking import reassign_booking
from bookings.services.reopen_booking import reopen_booking
from bookings.services.reschedule_booking import reschedule_booking

router = Router()

_PROBLEMS = (
    *WRITE_PROBLEMS, "not_found", "not_allowed", "wrong_status", "stale_version", "precondition_failed",
)  # fmt: skip


class Change(Input):
    expected_version: int | None = Field(
        default=None,
        ge=1,
        le=2**31 - 1,
        description="`version` as you read it; instead of If-Match, or the same as there",
    )


class Cancellation(Change):
    reason: Text = Field(default="", description="Up to 300 characters; the other side is told")


class NewTime(Change):
    starts_at: Instant = Field(description="ISO 8601 with an offset", examples=["2026-03-03T10:00:00+01:00"])
    specialist_id: Id | None = Field(default=None, description="null: those who have it now")


class Reassignment(Change):
    specialist_id: Id
    item_id: Id | None = Field(default=None, description="One service of several; null: the whole visit")


@router.post(
    "/{int:booking_id}/confirm", response=Booking, operation_id="confirm_booking",
    summary="Agree to a pending booking", openapi_extra=responses(*_PROBLEMS),
)  # fmt: skip
def confirm(
    request: HttpRequest, booking_id: Path[Id], change: Change,
    *, response: HttpResponse, idempotency_key: IdempotencyKey = None, if_match: IfMatch = None,
) -> Booking:  # fmt: skip
    work = partial(confirm_booking, booking_id=booking_id)
    return _answer(work, request, change, response=response, idempotency_key=idempotency_key, if_match=if_match)


@router.post(
    "/{int:booking_id}/coming", response=Booking, operation_id="confirm_coming", summary="The client will come",
    openapi_extra=responses("not_found", "wrong_status", "idempotency_conflict"),
)  # fmt: skip
def coming(
    request: HttpRequest, booking_id: Path[Id], response: HttpResponse, idempotency_key: IdempotencyKey = None
) -> Booking:
    """Said again, it is as it was; `version` stays. Moving the visit to another time takes it back."""
    caller = caller_of(request)
    key = caller.idempotency_key(idempotency_key)
    return versioned(confirm_coming(actor=caller.actor, booking_id=booking_id, idempotency_key=key), response)


@router.post(
    "/{int:booking_id}/complete", response=Booking, operation_id="complete_booking", summary="The client came",
    openapi_extra=responses(*_PROBLEMS, "too_early"),
)  # fmt: skip
def complete(
    request: HttpRequest, booking_id: Path[Id], change: Change,
    *, response: HttpResponse, idempotency_key: IdempotencyKey = None, if_match: IfMatch = None,
) -> Booking:  # fmt: skip
    work = partial(complete_booking, booking_id=booking_id)
    return _answer(work, request, change, response=response, idempotency_key=idempotency_key, if_match=if_match)


@router.post(
    "/{int:booking_id}/no-show", response=Booking, operation_id="mark_no_show", summary="The client did not come",
    openapi_extra=responses(*_PROBLEMS, "too_early"),
)  # fmt: skip
def no_show(
    request: HttpRequest, booking_id: Path[Id], change: Change,
    *, response: HttpResponse, idempotency_key: IdempotencyKey = None, if_match: IfMatch = None,
) -> Booking:  # fmt: skip
    work = partial(mark_no_show, booking_id=booking_id)
    return _answer(work, request, change, response=response, idempotency_key=idempotency_key, if_match=if_match)


@router.post(
    "/{int:booking_id}/reopen", response=Booking, operation_id="reopen_booking",
    summary="Take back how the visit went", openapi_extra=responses(*_PROBLEMS, "outcome_settled"),
)  # fmt: skip
def reopen(
    request: HttpRequest, booking_id: Path[Id], change: Change,
    *, response: HttpResponse, idempotency_key: IdempotencyKey = None, if_match: IfMatch = None,
) -> Booking:  # fmt: skip
    """For a day after it was noted, unless the client has left a review; the booking is `confirmed` again."""
    work = partial(reopen_booking, booking_id=booking_id)
    return _answer(work, request, change, response=response, idempotency_key=idempotency_key, if_match=if_match)


@router.post(
    "/{int:booking_id}/cancel", response=Booking, operation_id="cancel_booking", summary="Cancel",
    openapi_extra=responses(*_PROBLEMS, "too_late", "invalid_text"),
)  # fmt: skip
def cancel(
    request: HttpRequest, booking_id: Path[Id], change: Cancellation,
    *, response: HttpResponse, idempotency_key: IdempotencyKey = None, if_match: IfMatch = None,
) -> Booking:  # fmt: skip
    """Clients may until so long before the visit as the business has it; then it is `too_late`."""
    work = partial(
        cancel_booking,
        booking_id=booking_id,
        reason=change.reason,
    )
    return _answer(work, request, change, response=response, idempotency_key=idempotency_key, if_match=if_match)


@router.post(
    "/{int:booking_id}/reschedule", response=Booking, operation_id="reschedule_booking",
    summary="Move to another time", openapi_extra=responses(*_PROBLEMS, *TIME_PROBLEMS, "too_late"),
)  # fmt: skip
def reschedule(
    request: HttpRequest, booking_id: Path[Id], change: NewTime,
    *, response: HttpResponse, idempotency_key: IdempotencyKey = None, if_match: IfMatch = None,
) -> Booking:  # fmt: skip
    """The whole visit moves, or stays where it was. A time that is gone is told with others in `alternatives`."""
    work = partial(
        reschedule_booking,
        booking_id=booking_id,
        starts_at=change.starts_at,
        specialist_id=change.specialist_id,
    )
    return _answer(work, request, change, response=response, idempotency_key=idempotency_key, if_match=if_match)


@router.post(
    "/{int:booking_id}/reassign", response=Booking, operation_id="reassign_booking",
    summary="Give it to another specialist", openapi_extra=responses(*_PROBLEMS, *TIME_PROBLEMS),
)  # fmt: skip
def reassign(
    request: HttpRequest, booking_id: Path[Id], change: Reassignment,
    *, response: HttpResponse, idempotency_key: IdempotencyKey = None, if_match: IfMatch = None,
) -> Booking:  # fmt: skip
    """For admins: the time stays, and what was agreed with the client."""
    work = partial(
        reassign_booking,
        booking_id=booking_id,
        specialist_id=change.specialist_id,
        item_id=change.item_id,
    )
    return _answer(work, request, change, response=response, idempotency_key=idempotency_key, if_match=if_match)


def _answer(
    work: Callable[..., BookingCard],
    request: HttpRequest,
    change: Change,
    *,
    response: HttpResponse,
    idempotency_key: str | None,
    if_match: str | None,
) -> Booking:
    caller = caller_of(request)
    with version_of(if_match, change.expected_version) as version:
        card = work(
            actor=caller.actor,
            expected_version=version,
            idempotency_key=caller.idempotency_key(idempotency_key),
        )
    return versioned(card, response)
