"""Bookings: made, read, listed."""

from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Query, Router, Schema
from ninja.errors import ValidationError
from ninja.responses import Status
from pydantic import Field, StringConstraints

from bookings.api.booking_out import Booking, Cursor, booking_out, cursor_of, place_of
from bookings.api.caller import Caller, CallerKind, caller_of
from bookings.api.inputs import Input
from bookings.api.openapi import responses
from bookings.api.times import Instant
from bookings.api.values import Id, IdempotencyKey, Text
from bookings.api.versions import versioned
from bookings.enums import BookingStatus
from bookings.queries.bookings import BookingFilter, get_booking, list_bookings
from bookings.read_models import ItemRequest
from bookings.services.create_booking import create_booking
from bookings.slots.request import MAX_ITEMS

router = Router()

PAGE, LONGEST_PAGE = 50, 200

#: Problems of a time that is wanted.
TIME_PROBLEMS = ("slot_taken", "slot_unavailable", "service_unavailable")
#: Problems of everything that is written with a key.
WRITE_PROBLEMS = ("bad_request", "invalid_request", "idempotency_conflict")


class WantedService(Input):
    service_id: Id
    specialist_id: Id | None = Field(default=None, description="null: anybody")


class Wish(Input):
    """What is wanted, where, and for whom."""

    location_id: Id
    items: list[WantedService] = Field(min_length=1, max_length=MAX_ITEMS, description="In their order")
    client_id: Id | None = Field(
        default=None, description="Whom it is for; the caller when left out. With an API key it must be said"
    )

    @property
    def requests(self) -> list[ItemRequest]:
        return [ItemRequest(item.service_id, item.specialist_id) for item in self.items]

    def client_of(self, caller: Caller) -> int:
        """Whom it is for. Raises ValidationError: a key is nobody's client."""
        client_id = self.client_id
        if client_id is None and caller.kind is not CallerKind.API_KEY:
            client_id = caller.actor.user_id
        if client_id is None:
            raise ValidationError(
                [{"loc": ("body", "wanted", "client_id"), "msg": "Say whom it is for", "type": "missing"}]
            )
        return client_id


class NewBooking(Wish):
    starts_at: Instant = Field(description="ISO 8601 with an offset", examples=["2026-03-03T10:00:00+01:00"])
    comment: Text = Field(default="", description="Up to 500 characters")
    promo_code: Annotated[Text, StringConstraints(max_length=40)] = ""


class BookingsQuery(Schema):
    client_id: Id | None = None
    specialist_id: Id | None = None
    location_id: Id | None = None
    status: list[BookingStatus] = Field(default=[], description="Repeat it for several")
    starts_from: Instant | None = None
    starts_before: Instant | None = Field(default=None, description="Not included")
    order: Annotated[str, Field(pattern=r"^-?starts_at$", description="`-starts_at`: the latest first")] = (
        "starts_at"
    )
    limit: int = Field(default=PAGE, ge=1, le=LONGEST_PAGE)
    after: Cursor | None = Field(default=None, description="`next` of the page before, in the same order")


class Bookings(Schema):
    items: list[Booking]
    next: str | None = Field(description="Where the next page begins; null on the last")


@router.post(
    "", response={HTTPStatus.CREATED: Booking}, operation_id="create_booking", summary="Book a visit",
    openapi_extra=responses(
        *WRITE_PROBLEMS, *TIME_PROBLEMS, "not_found", "not_allowed", "banned", "too_many_bookings",
        "promotion_refused", "invalid_text",
    ),
)  # fmt: skip
def book(
    request: HttpRequest, wanted: NewBooking, response: HttpResponse, idempotency_key: IdempotencyKey = None
) -> Status[Booking]:
    """Confirmed at once, or pending, as the business has it: see `status`.

    A time that is gone is told with others in `alternatives`.
    """
    caller = caller_of(request)
    card = create_booking(
        actor=caller.actor,
        client_id=wanted.client_of(caller),
        location_id=wanted.location_id,
        items=wanted.requests,
        starts_at=wanted.starts_at,
        comment=wanted.comment,
        promo_code=wanted.promo_code,
        idempotency_key=caller.idempotency_key(idempotency_key),
    )
    response["Location"] = reverse("api-v1:get_booking", args=[card.id])
    return Status(HTTPStatus.CREATED, versioned(card, response))


@router.get(
    "", response=Bookings, operation_id="list_bookings", summary="Bookings",
    openapi_extra=responses("invalid_request"),
)  # fmt: skip
def page_of_bookings(request: HttpRequest, query: Query[BookingsQuery]) -> Bookings:
    """A client sees their own, a specialist those in their calendar, an admin all."""
    wanted = BookingFilter(
        client_id=query.client_id,
        specialist_id=query.specialist_id,
        location_id=query.location_id,
        statuses=query.status,
        starts_from=query.starts_from,
        starts_before=query.starts_before,
    )
    found = list_bookings(
        actor=caller_of(request).actor,
        wanted=wanted,
        after=None if query.after is None else place_of(query.after),
        limit=query.limit + 1,
        newest_first=query.order.startswith("-"),
    )
    shown: Any = found[: query.limit]
    return Bookings.model_construct(
        items=[booking_out(card) for card in shown],
        next=cursor_of(shown[-1]) if len(found) > query.limit else None,
    )


@router.get(
    "/{int:booking_id}", response=Booking, operation_id="get_booking", summary="One booking",
    url_name="get_booking", openapi_extra=responses("not_found", "invalid_request"),
)  # fmt: skip
def one_booking(request: HttpRequest, booking_id: Path[Id], response: HttpResponse) -> Booking:
    return versioned(get_booking(actor=caller_of(request).actor, booking_id=booking_id), response)
