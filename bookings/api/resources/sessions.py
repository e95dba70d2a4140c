"""Group sessions: what clients can still join, and how staff run them."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from bookings.api.booking_out import Booking, BookingClient, booking_out
from bookings.api.caller import caller_of
from bookings.api.inputs import Input
from bookings.api.openapi import responses
from bookings.api.ranges import check_range
from bookings.api.resources.bookings import TIME_PROBLEMS, WRITE_PROBLEMS
from bookings.api.resources.calendar import Dates
from bookings.api.times import Instant, Moment, moment
from bookings.api.values import Id, IdempotencyKey, Text, Texts, texts
from bookings.enums import BookingStatus
from bookings.queries.sessions import day_sessions, get_session, open_sessions
from bookings.read_models import OpenSession, SessionCard
from bookings.services.group_sessions import cancel_session, open_session

router = Router()
#: Below ``/locations``.
public = Router()

_PROBLEMS = ("not_found", "invalid_request", "range_too_long", "range_reversed")


class JoinableSession(Schema):
    """Join it by booking its service with its specialist at its start."""

    id: int
    service_id: int
    service_name: Texts
    specialist_id: int
    specialist_name: Texts
    starts_at: Moment
    ends_at: Moment
    capacity: int
    seats_left: int


class JoinableSessions(Schema):
    items: list[JoinableSession]


class Seat(Schema):
    seat: int
    booking_id: int
    status: BookingStatus
    client: BookingClient


class GroupSession(JoinableSession):
    location_id: int
    zone: str
    room_name: Texts | None
    planned: bool = Field(description="Opened by staff in advance: it stays when nobody is in it")
    seats: list[Seat]


class GroupSessions(Schema):
    items: list[GroupSession]


class NewSession(Input):
    location_id: Id
    service_id: Id
    specialist_id: Id
    starts_at: Instant = Field(description="ISO 8601 with an offset", examples=["2026-03-03T10:00:00+01:00"])


class SessionCancellation(Input):
    reason: Text = Field(default="", description="Up to 300 characters; the clients read it")


class CancelledBookings(Schema):
    bookings: list[Booking]


class JoinableQuery(Dates):
    service_id: Id | None = None


class SessionsQuery(Dates):
    location_id: Id | None = None
    specialist_id: Id | None = None


@public.get(
    "/{location_id}/sessions", response=JoinableSessions, operation_id="list_open_sessions",
    summary="Group sessions with free seats", openapi_extra=responses(*_PROBLEMS),
)  # fmt: skip
def joinable(request: HttpRequest, location_id: Path[Id], query: Query[JoinableQuery]) -> JoinableSessions:
    """By start; what cannot be booked any more is left out."""
    check_range(query.date_from, query.date_to)
    found = open_sessions(
        location_id=location_id, date_from=query.date_from, date_to=query.date_to, service_id=query.service_id
    )
    return JoinableSessions.model_construct(
        items=[JoinableSession.model_construct(**_common(session, session.zone)) for session in found]
    )


@router.get(
    "", response=GroupSessions, operation_id="list_sessions", summary="Group sessions and who sits in them",
    openapi_extra=responses(*_PROBLEMS),
)  # fmt: skip
def sessions(request: HttpRequest, query: Query[SessionsQuery]) -> GroupSessions:
    """That begin on these dates of their location. Specialists see their own, admins all."""
    check_range(query.date_from, query.date_to)
    found = day_sessions(
        actor=caller_of(request).actor,
        date_from=query.date_from,
        date_to=query.date_to,
        location_id=query.location_id,
        specialist_id=query.specialist_id,
    )
    return GroupSessions.model_construct(items=[_out(card) for card in found])


@router.post(
    "", response={HTTPStatus.CREATED: GroupSession}, operation_id="open_session", summary="Open a session in advance",
    openapi_extra=responses(*WRITE_PROBLEMS, *TIME_PROBLEMS, "not_found", "not_allowed"),
)  # fmt: skip
def open_(
    request: HttpRequest, wanted: NewSession, response: HttpResponse, idempotency_key: IdempotencyKey = None
) -> Status[GroupSession]:
    """It holds its time before anybody has booked it. The room is picked, where one is needed."""
    caller = caller_of(request)
    card = open_session(
        actor=caller.actor,
        location_id=wanted.location_id,
        service_id=wanted.service_id,
        specialist_id=wanted.specialist_id,
        starts_at=wanted.starts_at,
        idempotency_key=caller.idempotency_key(idempotency_key),
    )
    response["Location"] = reverse("api-v1:get_session", args=[card.id])
    return Status(HTTPStatus.CREATED, _out(card))


@router.get(
    "/{int:session_id}", response=GroupSession, operation_id="get_session", summary="One session",
    url_name="get_session", openapi_extra=responses("not_found", "invalid_request"),
)  # fmt: skip
def one_session(request: HttpRequest, session_id: Path[Id]) -> GroupSession:
    return _out(get_session(actor=caller_of(request).actor, session_id=session_id))


@router.post(
    "/{int:session_id}/cancel", response=CancelledBookings, operation_id="cancel_session",
    summary="Call the whole session off",
    openapi_extra=responses(*WRITE_PROBLEMS, "not_found", "not_allowed", "session_begun", "invalid_text"),
)  # fmt: skip
def cancel(
    request: HttpRequest, session_id: Path[Id], wanted: SessionCancellation, idempotency_key: IdempotencyKey = None
) -> CancelledBookings:
    """Every booking in it is cancelled, and everybody told; all of it, or nothing."""
    caller = caller_of(request)
    cancelled = cancel_session(
        actor=caller.actor,
        session_id=session_id,
        reason=wanted.reason,
        idempotency_key=caller.idempotency_key(idempotency_key),
    )
    return CancelledBookings.model_construct(bookings=[booking_out(card) for card in cancelled])


def _common(session: SessionCard | OpenSession, zone: str) -> dict[str, Any]:
    return {
        "id": session.id,
        "service_id": session.service_id,
        "service_name": texts(session.service_name),
        "specialist_id": session.specialist_id,
        "specialist_name": texts(session.specialist_name),
        "starts_at": moment(session.starts_at, zone),
        "ends_at": moment(session.ends_at, zone),
        "capacity": session.capacity,
        "seats_left": session.seats_left,
    }


def _out(card: SessionCard) -> GroupSession:
    zone = card.location.zone
    return GroupSession.model_construct(
        **_common(card, zone),
        location_id=card.location.id,
        zone=zone,
        room_name=None if card.room_name is None else texts(card.room_name),
        planned=card.planned,
        seats=[
            Seat.model_construct(
                seat=one.seat,
                booking_id=one.booking_id,
                status=one.status,
                client=BookingClient.model_construct(
                    id=one.client.id, name=one.client.name, phone=one.client.phone, language=one.client.language
                ),
            )
            for one in card.participants
        ],
    )
