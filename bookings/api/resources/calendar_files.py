"""Calendars for other programs (iCalendar, RFC 5545): a file of a booking, and a secret address to subscribe to."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Router, Schema
from pydantic import Field

from bookings.api.caller import caller_of
from bookings.api.openapi import responses
from bookings.api.values import Id, IdempotencyKey
from bookings.queries.calendar_feed import booking_ics, specialist_ics
from bookings.services.calendar_feeds import feed_token, rotate_calendar_feed

router = Router()


class Feed(Schema):
    url: str = Field(description="Whoever knows it sees the calendar: treat it like a password")


def _file(*codes: str) -> dict[str, Any]:
    told = {"content": {"text/calendar": {"schema": {"type": "string"}}}}
    return {**responses(*codes), "responses": {200: told}}


def _answer(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    # A page of another site must not read what the browser was let in to see.
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@router.get(
    "/bookings/{int:booking_id}.ics", operation_id="get_booking_file", summary="A booking for one's calendar",
    tags=["Calendar"], openapi_extra=_file("not_found", "invalid_request"),
)  # fmt: skip
def booking_file(request: HttpRequest, booking_id: Path[Id]) -> HttpResponse:
    content = booking_ics(actor=caller_of(request).actor, booking_id=booking_id)
    return _answer(content, f"booking-{booking_id}")


@router.get(
    "/calendar/{secret}.ics", operation_id="get_calendar_feed", summary="A specialist's calendar to subscribe to",
    tags=["Calendar"], url_name="calendar_feed", openapi_extra=_file("not_found"),
)  # fmt: skip
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The address is the permission. A wrong or an old one is not found."""
    return _answer(specialist_ics(token=secret), "calendar")


@router.get(
    "/calendar/specialists/{int:specialist_id}/feed", response=Feed, operation_id="get_feed_address",
    summary="The secret address of a calendar", tags=["Calendar"],
    openapi_extra=responses("not_found", "invalid_request"),
)  # fmt: skip
def address(request: HttpRequest, specialist_id: Path[Id]) -> Feed:
    return _feed(feed_token(actor=caller_of(request).actor, specialist_id=specialist_id))


@router.post(
    "/calendar/specialists/{int:specialist_id}/feed", response=Feed, operation_id="rotate_feed_address",
    summary="Change the secret address", tags=["Calendar"],
    openapi_extra=responses("not_found", "invalid_request", "idempotency_conflict"),
)  # fmt: skip
def rotate(request: HttpRequest, specialist_id: Path[Id], idempotency_key: IdempotencyKey = None) -> Feed:
    """The old address leads nowhere from now on."""
    caller = caller_of(request)
    key = caller.idempotency_key(idempotency_key)
    return _feed(rotate_calendar_feed(actor=caller.actor, specialist_id=specialist_id, idempotency_key=key))


def _feed(token: str) -> Feed:
    return Feed(url=settings.PUBLIC_URL + reverse("api-v1:calendar_feed", args=[token]))
