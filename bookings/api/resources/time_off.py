"""Days and hours off: of a specialist, a location or a room."""

from datetime import date, time
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from bookings.api.booking_out import Booking, booking_out
from bookings.api.caller import caller_of
from bookings.api.inputs import Input
from bookings.api.openapi import responses
from bookings.api.resources.bookings import LONGEST_PAGE, PAGE, WRITE_PROBLEMS
from bookings.api.times import Clock, Day, clock_text
from bookings.api.values import Id, IdempotencyKey, Text
from bookings.queries.time_off import get_time_off, list_time_off
from bookings.read_models import TimeOffCard
from bookings.services.time_off import MAX_DAYS, REASON_LIMIT, add_time_off, remove_time_off

router = Router()


class Closed(Schema):
    """When, by the location's clock, and who or what. Without hours the days are off as a whole."""

    id: int
    specialist_id: int | None
    location_id: int | None = Field(description="With a specialist: at this location alone; null: at all")
    room_id: int | None
    date_from: date
    date_to: date = Field(description="Included")
    starts_at: Clock | None = Field(description="Of each day")
    ends_at: Clock | None
    over_midnight: bool = Field(description="ends_at is on the day after each")
    reason: str


class TimeOff(Closed):
    affected: list[Booking] = Field(
        description="Bookings of these days that do not fit any more. They stay until somebody moves or cancels them"
    )


class TimeOffPage(Schema):
    items: list[Closed]
    next: str | None = Field(description="Where the next page begins; null on the last")


class NewTimeOff(Input):
    """A specialist, everywhere or at one location; else a location, or a room alone."""

    specialist_id: Id | None = None
    location_id: Id | None = None
    room_id: Id | None = None
    date_from: Day
    date_to: Day = Field(description=f"Included; at most {MAX_DAYS} days in all")
    starts_at: Clock | None = Field(default=None, description="Of each day; both times, or neither for whole days")
    ends_at: Clock | None = Field(default=None, description="`00:00` is the end of the same day")
    over_midnight: bool = Field(
        default=False, description="Say so where the hours end on the next day, and only then"
    )
    reason: Text = Field(default="", description=f"Up to {REASON_LIMIT} characters")


class TimeOffQuery(Schema):
    specialist_id: Id | None = Field(
        default=None, description="Left out, a specialist means themselves, an admin everybody and every place"
    )
    location_id: Id | None = None
    room_id: Id | None = None
    date_from: Day | None = Field(default=None, description="What ends before is left out")
    date_to: Day | None = Field(default=None, description="What begins after is left out")
    limit: int = Field(default=PAGE, ge=1, le=LONGEST_PAGE)
    after: Annotated[str, Field(pattern=r"^[0-9]{1,7}-[0-9]{1,18}$")] | None = Field(
        default=None, description="`next` of the page before"
    )


@router.get(
    "", response=TimeOffPage, operation_id="list_time_off", summary="Days and hours off",
    openapi_extra=responses("not_found", "invalid_request"),
)  # fmt: skip
def page_of_time_off(request: HttpRequest, query: Query[TimeOffQuery]) -> TimeOffPage:
    """By first date. Specialists see their own, admins all."""
    found = list_time_off(
        actor=caller_of(request).actor,
        specialist_id=query.specialist_id,
        location_id=query.location_id,
        room_id=query.room_id,
        date_from=query.date_from,
        date_to=query.date_to,
        after=None if query.after is None else _place_of(query.after),
        limit=query.limit + 1,
    )
    shown = found[: query.limit]
    return TimeOffPage(
        items=[Closed.model_construct(**_told(card)) for card in shown],
        next=f"{shown[-1].date_from.toordinal()}-{shown[-1].id}" if len(found) > query.limit else None,
    )


@router.post(
    "", response={HTTPStatus.CREATED: TimeOff}, operation_id="add_time_off", summary="Take days or hours off",
    openapi_extra=responses(
        *WRITE_PROBLEMS, "not_found", "not_allowed", "range_reversed", "range_too_long", "hours_reversed",
        "invalid_value", "invalid_text",
    ),
)  # fmt: skip
def add(
    request: HttpRequest, wanted: NewTimeOff, response: HttpResponse, idempotency_key: IdempotencyKey = None
) -> Status[TimeOff]:
    """Nothing is cancelled: `affected` names what somebody has to move, reassign or cancel."""
    caller = caller_of(request)
    made = add_time_off(
        actor=caller.actor,
        specialist_id=wanted.specialist_id,
        location_id=wanted.location_id,
        room_id=wanted.room_id,
        date_from=wanted.date_from,
        date_to=wanted.date_to,
        starts_at=_time(wanted.starts_at),
        ends_at=_time(wanted.ends_at),
        over_midnight=wanted.over_midnight,
        reason=wanted.reason,
        idempotency_key=caller.idempotency_key(idempotency_key),
    )
    response["Location"] = reverse("api-v1:get_time_off", args=[made.card.id])
    affected = [booking_out(card) for card in made.affected]
    return Status(HTTPStatus.CREATED, TimeOff.model_construct(**_told(made.card), affected=affected))


@router.get(
    "/{int:override_id}", response=Closed, operation_id="get_time_off", summary="One time off",
    url_name="get_time_off", openapi_extra=responses("not_found", "invalid_request"),
)  # fmt: skip
def one_time_off(request: HttpRequest, override_id: Path[Id]) -> Closed:
    return Closed.model_construct(**_told(get_time_off(actor=caller_of(request).actor, override_id=override_id)))


@router.delete(
    "/{int:override_id}", response={HTTPStatus.NO_CONTENT: None}, operation_id="remove_time_off",
    summary="Work after all", openapi_extra=responses("not_found", "not_allowed", "invalid_request", "idempotency_conflict"),
)  # fmt: skip
def remove(request: HttpRequest, override_id: Path[Id], idempotency_key: IdempotencyKey = None) -> Status[None]:
    """Who is on the waitlist for that time is offered it."""
    caller = caller_of(request)
    key = caller.idempotency_key(idempotency_key)
    remove_time_off(actor=caller.actor, override_id=override_id, idempotency_key=key)
    return Status(HTTPStatus.NO_CONTENT, None)


def _time(wanted: str | None) -> time | None:
    return None if wanted is None else time.fromisoformat(wanted)


def _told(card: TimeOffCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "specialist_id": card.specialist_id,
        "location_id": card.location_id,
        "room_id": card.room_id,
        "date_from": card.date_from,
        "date_to": card.date_to,
        "starts_at": None if card.starts_at is None else clock_text(card.starts_at),
        "ends_at": None if card.ends_at is None else clock_text(card.ends_at),
        "over_midnight": card.over_midnight,
        "reason": card.reason,
    }


def _place_of(cursor: str) -> tuple[date, int]:
    day, _dash, override_id = cursor.partition("-")
    return date.fromordinal(max(1, min(int(day), date.max.toordinal()))), int(override_id)
