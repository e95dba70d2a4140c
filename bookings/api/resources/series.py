"""Recurring bookings: every so many weeks, so many times."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Router, Schema
from ninja.responses import Status
from pydantic import Field, StringConstraints

from bookings.api.booking_out import Booking, booking_out
from bookings.api.caller import caller_of
from bookings.api.inputs import Input
from bookings.api.openapi import responses
from bookings.api.resources.bookings import TIME_PROBLEMS, WRITE_PROBLEMS, Wish
from bookings.api.times import Instant, Moment, moment
from bookings.api.values import Id, IdempotencyKey, Money, Text, money
from bookings.queries.catalog import get_location
from bookings.queries.recurring import get_series
from bookings.read_models import SeriesCard
from bookings.services.cancel_series import cancel_series
from bookings.services.recurring import MOST_TIMES, MOST_WEEKS, book_recurring, plan_recurring

router = Router()

_PROBLEMS = (
    *WRITE_PROBLEMS,
    *TIME_PROBLEMS,
    "not_found",
    "not_allowed",
    "banned",
    "invalid_value",
    "promotion_refused",
)


class Swap(Input):
    visit: int = Field(ge=1, le=MOST_TIMES, description="Number of the visit, from 1")
    starts_at: Instant = Field(description="At most three days from the date it has by the rhythm")


class Rhythm(Wish):
    starts_at: Instant = Field(description="The first visit", examples=["2026-03-03T10:00:00+01:00"])
    every_weeks: int = Field(ge=1, le=MOST_WEEKS)
    times: int = Field(ge=2, le=MOST_TIMES, description="Visits in all")
    promo_code: Annotated[Text, StringConstraints(max_length=40)] = Field(
        default="",
        description="Used once for each visit; where its limits do not cover all of them, nothing is booked",
    )
    swaps: list[Swap] = Field(
        default=[],
        max_length=MOST_TIMES,
        description="Other times of single visits; of two for the same visit the last counts",
    )

    @property
    def by_visit(self) -> dict[int, datetime]:
        return {swap.visit: swap.starts_at for swap in self.swaps}


class NewSeries(Rhythm):
    skip_conflicts: bool = Field(default=False, description="Book the dates that are free, leave the others out")
    comment: Text = Field(default="", description="Up to 500 characters")


class PlannedVisit(Schema):
    starts_at: Moment
    is_free: bool
    code: str = Field(description="Why not, where it is not free")
    alternatives: list[Moment]
    instead_of: Moment | None = Field(description="Its date by the rhythm, where it was given another time")


class Plan(Schema):
    visits: list[PlannedVisit]
    price: Money = Field(description="Of all visits that are free, before the discount")
    discount: Money = Field(description="What the promotion code takes off all of them")
    currency: str


class Series(Schema):
    id: int
    client_id: int
    location_id: int
    starts_at: Moment
    every_weeks: int
    times: int
    bookings: list[Booking]


class SeriesCancellation(Input):
    from_booking_id: Id | None = Field(default=None, description="This visit and those after it; null: all")
    reason: Text = Field(default="", description="Up to 300 characters")


@router.post(
    "/plan", response=Plan, operation_id="plan_series", summary="See what stands in the way",
    openapi_extra=responses(*_PROBLEMS),
)  # fmt: skip
def plan(request: HttpRequest, wanted: Rhythm) -> Plan:
    """Every date with what is not free about it; nothing is written or held."""
    caller = caller_of(request)
    found = plan_recurring(
        actor=caller.actor,
        client_id=wanted.client_of(caller),
        location_id=wanted.location_id,
        items=wanted.requests,
        starts_at=wanted.starts_at,
        every_weeks=wanted.every_weeks,
        times=wanted.times,
        swaps=wanted.by_visit,
        promo_code=wanted.promo_code,
    )
    zone = get_location(location_id=wanted.location_id).zone
    visits = [
        PlannedVisit(
            starts_at=moment(visit.starts_at, zone),
            is_free=visit.is_free,
            code=visit.code,
            alternatives=[moment(start, zone) for start in visit.alternatives],
            instead_of=None if visit.instead_of is None else moment(visit.instead_of, zone),
        )
        for visit in found.visits
    ]
    return Plan(visits=visits, price=money(found.price), discount=money(found.discount), currency=found.currency)


@router.post(
    "", response={HTTPStatus.CREATED: Series}, operation_id="create_series", summary="Book them all",
    openapi_extra=responses(*_PROBLEMS, "series_conflict", "too_many_bookings", "invalid_text"),
)  # fmt: skip
def book(
    request: HttpRequest, wanted: NewSeries, response: HttpResponse, idempotency_key: IdempotencyKey = None
) -> Status[Series]:
    """All dates, or none and `series_conflict`, unless the dates that are not free may be skipped."""
    caller = caller_of(request)
    card = book_recurring(
        actor=caller.actor,
        client_id=wanted.client_of(caller),
        location_id=wanted.location_id,
        items=wanted.requests,
        starts_at=wanted.starts_at,
        every_weeks=wanted.every_weeks,
        times=wanted.times,
        swaps=wanted.by_visit,
        skip_conflicts=wanted.skip_conflicts,
        comment=wanted.comment,
        promo_code=wanted.promo_code,
        idempotency_key=caller.idempotency_key(idempotency_key),
    )
    response["Location"] = reverse("api-v1:get_series", args=[card.id])
    return Status(HTTPStatus.CREATED, _out(card))


@router.get(
    "/{int:series_id}", response=Series, operation_id="get_series", summary="Recurring bookings",
    url_name="get_series", openapi_extra=responses("not_found", "invalid_request"),
)  # fmt: skip
def one_series(request: HttpRequest, series_id: Path[Id]) -> Series:
    return _out(get_series(actor=caller_of(request).actor, series_id=series_id))


@router.post(
    "/{int:series_id}/cancel", response=Series, operation_id="cancel_series", summary="Cancel what lies ahead",
    openapi_extra=responses(*WRITE_PROBLEMS, "not_found", "not_allowed", "too_late", "wrong_status", "invalid_text"),
)  # fmt: skip
def cancel(
    request: HttpRequest, series_id: Path[Id], wanted: SeriesCancellation, idempotency_key: IdempotencyKey = None
) -> Series:
    """At once; what may not be cancelled any more stays."""
    caller = caller_of(request)
    card = cancel_series(
        actor=caller.actor,
        series_id=series_id,
        from_booking_id=wanted.from_booking_id,
        reason=wanted.reason,
        idempotency_key=caller.idempotency_key(idempotency_key),
    )
    return _out(card)


def _out(card: SeriesCard) -> Series:
    return Series.model_construct(
        id=card.id,
        client_id=card.client.id,
        location_id=card.location.id,
        starts_at=moment(card.starts_at, card.location.zone),
        every_weeks=card.every_weeks,
        times=card.times,
        bookings=[booking_out(booking) for booking in card.bookings],
    )
