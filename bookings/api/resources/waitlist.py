"""Waiting for a time that is not free (yet)."""

from datetime import date
from http import HTTPStatus
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Query, Router, Schema
from ninja.responses import Status
from pydantic import Field, StringConstraints

from bookings.api.booking_out import Booking
from bookings.api.caller import caller_of
from bookings.api.inputs import Input
from bookings.api.openapi import responses
from bookings.api.resources.bookings import TIME_PROBLEMS, WRITE_PROBLEMS, Wish
from bookings.api.times import Day, Moment, moment
from bookings.api.values import Id, IdempotencyKey, Text, Texts, texts
from bookings.api.versions import versioned
from bookings.enums import PartOfDay, WaitlistState
from bookings.queries.waitlist import client_waitlist, get_entry, location_waitlist
from bookings.read_models import OfferCard, WaitlistCard
from bookings.services.waitlist import MAX_DAYS, accept_offer, decline_offer, join_waitlist, leave_waitlist

router = Router()


class WaitingFor(Schema):
    service_id: int
    service_name: Texts
    specialist_id: int | None = Field(description="null: anybody")


class Offer(Schema):
    """A time that became free. It is not held: who takes it first has it."""

    starts_at: Moment
    ends_at: Moment
    specialist_id: int | None
    expires_at: Moment = Field(description="After that it is offered to the next")


class WaitlistEntry(Schema):
    id: int
    state: WaitlistState
    client_id: int
    location_id: int
    zone: str
    items: list[WaitingFor]
    date_from: date
    date_to: date
    part_of_day: PartOfDay
    offer: Offer | None
    booking_id: int | None = Field(description="Of the offer that was taken")
    created_at: Moment


class Waitlist(Schema):
    items: list[WaitlistEntry]


class NewEntry(Wish):
    date_from: Day
    date_to: Day = Field(description=f"Included; at most {MAX_DAYS} days in all")
    part_of_day: PartOfDay = PartOfDay.ANY


class Acceptance(Input):
    promo_code: Annotated[Text, StringConstraints(max_length=40)] = ""


class WaitlistQuery(Schema):
    client_id: Id | None = Field(default=None, description="The caller when neither is said")
    location_id: Id | None = Field(
        default=None, description="A location's whole line, for admins; without client_id"
    )


@router.get(
    "", response=Waitlist, operation_id="list_waitlist", summary="What is waited for",
    openapi_extra=responses("not_found", "not_allowed", "invalid_request"),
)  # fmt: skip
def entries(request: HttpRequest, query: Query[WaitlistQuery]) -> Waitlist:
    """In the order of joining; what is over is left out."""
    actor = caller_of(request).actor
    if query.location_id is not None and query.client_id is None:
        found = location_waitlist(actor=actor, location_id=query.location_id)
    else:
        found = client_waitlist(actor=actor, client_id=query.client_id or actor.user_id or 0)
    return Waitlist(items=[_out(card) for card in found])


@router.post(
    "", response={HTTPStatus.CREATED: WaitlistEntry}, operation_id="join_waitlist", summary="Join the waitlist",
    openapi_extra=responses(
        *WRITE_PROBLEMS, "not_found", "not_allowed", "banned", "service_unavailable", "range_reversed",
        "range_too_long", "invalid_value", "already_waiting",
    ),
)  # fmt: skip
def join(
    request: HttpRequest, wanted: NewEntry, response: HttpResponse, idempotency_key: IdempotencyKey = None
) -> Status[WaitlistEntry]:
    """What is free already is offered at once; after that, what becomes free, to who came first."""
    caller = caller_of(request)
    card = join_waitlist(
        actor=caller.actor,
        client_id=wanted.client_of(caller),
        location_id=wanted.location_id,
        items=wanted.requests,
        date_from=wanted.date_from,
        date_to=wanted.date_to,
        part_of_day=wanted.part_of_day,
        idempotency_key=caller.idempotency_key(idempotency_key),
    )
    response["Location"] = reverse("api-v1:get_waitlist_entry", args=[card.id])
    return Status(HTTPStatus.CREATED, _out(card))


@router.get(
    "/{int:entry_id}", response=WaitlistEntry, operation_id="get_waitlist_entry", summary="One wish",
    url_name="get_waitlist_entry", openapi_extra=responses("not_found", "invalid_request"),
)  # fmt: skip
def one_entry(request: HttpRequest, entry_id: Path[Id]) -> WaitlistEntry:
    return _out(get_entry(actor=caller_of(request).actor, entry_id=entry_id))


@router.post(
    "/{int:entry_id}/leave", response=WaitlistEntry, operation_id="leave_waitlist", summary="Wait no longer",
    openapi_extra=responses("not_found", "invalid_request", "idempotency_conflict"),
)  # fmt: skip
def leave(request: HttpRequest, entry_id: Path[Id], idempotency_key: IdempotencyKey = None) -> WaitlistEntry:
    """An open offer goes to the next. Leaving twice is leaving."""
    caller = caller_of(request)
    key = caller.idempotency_key(idempotency_key)
    return _out(leave_waitlist(actor=caller.actor, entry_id=entry_id, idempotency_key=key))


@router.post(
    "/{int:entry_id}/decline", response=WaitlistEntry, operation_id="decline_offer", summary="Not this time",
    openapi_extra=responses("not_found", "invalid_request", "idempotency_conflict", "offer_over"),
)  # fmt: skip
def decline(request: HttpRequest, entry_id: Path[Id], idempotency_key: IdempotencyKey = None) -> WaitlistEntry:
    """The offer goes to the next, the wish stays."""
    caller = caller_of(request)
    key = caller.idempotency_key(idempotency_key)
    return _out(decline_offer(actor=caller.actor, entry_id=entry_id, idempotency_key=key))


@router.post(
    "/{int:entry_id}/accept", response=Booking, operation_id="accept_offer", summary="Book what is offered",
    openapi_extra=responses(
        *WRITE_PROBLEMS, *TIME_PROBLEMS, "not_found", "not_allowed", "banned", "too_many_bookings",
        "promotion_refused", "offer_over",
    ),
)  # fmt: skip
def accept(
    request: HttpRequest, entry_id: Path[Id], acceptance: Acceptance, response: HttpResponse,
    idempotency_key: IdempotencyKey = None,
) -> Booking:  # fmt: skip
    """Accepting again gives the same booking. When somebody was faster, `alternatives` are other times."""
    caller = caller_of(request)
    card = accept_offer(
        actor=caller.actor,
        entry_id=entry_id,
        promo_code=acceptance.promo_code,
        idempotency_key=caller.idempotency_key(idempotency_key),
    )
    return versioned(card, response)


def _out(card: WaitlistCard) -> WaitlistEntry:
    zone = card.location.zone
    return WaitlistEntry.model_construct(
        id=card.id,
        state=card.state,
        client_id=card.client.id,
        location_id=card.location.id,
        zone=zone,
        items=[
            WaitingFor.model_construct(
                service_id=item.service_id, service_name=texts(item.service_name), specialist_id=item.specialist_id
            )
            for item in card.items
        ],
        date_from=card.date_from,
        date_to=card.date_to,
        part_of_day=card.part_of_day,
        offer=None if card.offer is None else _offer_out(card.offer, zone),
        booking_id=card.booking_id,
        created_at=moment(card.created_at, zone),
    )


def _offer_out(card: OfferCard, zone: str) -> Offer:
    return Offer.model_construct(
        starts_at=moment(card.starts_at, zone),
        ends_at=moment(card.ends_at, zone),
        specialist_id=card.specialist_id,
        expires_at=moment(card.expires_at, zone),
    )
