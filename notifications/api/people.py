"""What a person wants to be told, and in which browsers."""

from datetime import time
from http import HTTPStatus
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field, StringConstraints

from bookings.api.caller import caller_of
from bookings.api.inputs import Input
from bookings.api.openapi import responses
from bookings.api.resources.bookings import WRITE_PROBLEMS
from bookings.api.times import Clock, clock_text
from bookings.api.values import IdempotencyKey, Text
from notifications.read_models import Wishes
from notifications.services.preferences import get_preferences, set_preferences
from notifications.services.push_subscriptions import subscribe, unsubscribe

router = Router()

_Endpoint = Annotated[Text, StringConstraints(max_length=1000)]
_Key = Annotated[Text, StringConstraints(max_length=200)]


class PushKey(Schema):
    public_key: str = Field(description="The page's `applicationServerKey`; empty where push is off")


class Keys(Input):
    p256dh: _Key
    auth: _Key


class Browser(Input):
    """As `PushSubscription.toJSON()` of the browser has it."""

    endpoint: _Endpoint
    keys: Keys
    expirationTime: float | None = None  # noqa: N815 - the browser's name


class ForgottenBrowser(Input):
    endpoint: _Endpoint


class Preferences(Input):
    reminders: bool
    invitations: bool
    quiet_from: Clock | None = Field(description="Nothing that can wait comes after this time of day")
    quiet_until: Clock | None = Field(description="The same time for both: never quiet")
    zone: Annotated[Text, StringConstraints(max_length=64)] = Field(
        description="IANA name; empty: the zone of the business"
    )


@router.get(
    "/push/key", response=PushKey, operation_id="get_push_key", summary="The key of Web Push",
    openapi_extra=responses(),
)  # fmt: skip
def push_key(request: HttpRequest) -> PushKey:
    # What it needs is loaded by the first who asks, not by every start of the site.
    from notifications.transports.push import public_key  # noqa: PLC0415

    return PushKey(public_key=public_key(settings.VAPID_PRIVATE_KEY) if settings.VAPID_PRIVATE_KEY else "")


@router.post(
    "/push/subscriptions", response={HTTPStatus.NO_CONTENT: None}, operation_id="subscribe_to_push",
    summary="Tell me in this browser", openapi_extra=responses(*WRITE_PROBLEMS, "not_found", "invalid_value"),
)  # fmt: skip
def subscribe_browser(
    request: HttpRequest,
    browser: Browser,
    idempotency_key: IdempotencyKey = None,
) -> Status[None]:
    """Repeating it changes nothing but the keys."""
    subscribe(
        actor=caller_of(request).actor,
        endpoint=browser.endpoint,
        p256dh=browser.keys.p256dh,
        auth=browser.keys.auth,
    )
    return Status(HTTPStatus.NO_CONTENT, None)


@router.post(
    "/push/unsubscribe", response={HTTPStatus.NO_CONTENT: None}, operation_id="unsubscribe_from_push",
    summary="Tell me no longer in this browser", openapi_extra=responses(*WRITE_PROBLEMS),
)  # fmt: skip
def unsubscribe_browser(
    request: HttpRequest,
    browser: ForgottenBrowser,
    idempotency_key: IdempotencyKey = None,
) -> Status[None]:
    """The same answer whether it was known or not."""
    unsubscribe(actor=caller_of(request).actor, endpoint=browser.endpoint)
    return Status(HTTPStatus.NO_CONTENT, None)


@router.get(
    "/me/notifications", response=Preferences, operation_id="get_my_preferences", summary="What I am told",
    openapi_extra=responses("not_found"),
)  # fmt: skip
def preferences(request: HttpRequest) -> Preferences:
    actor = caller_of(request).actor
    return _out(get_preferences(actor=actor, user_id=actor.user_id or 0))


@router.put(
    "/me/notifications", response=Preferences, operation_id="set_my_preferences", summary="Change what I am told",
    openapi_extra=responses(*WRITE_PROBLEMS, "not_found", "invalid_value"),
)  # fmt: skip
def change_preferences(request: HttpRequest, wanted: Preferences) -> Preferences:
    actor = caller_of(request).actor
    wishes = Wishes(
        reminders=wanted.reminders,
        invitations=wanted.invitations,
        quiet_from=_clock(wanted.quiet_from),
        quiet_until=_clock(wanted.quiet_until),
        zone=wanted.zone,
    )
    return _out(set_preferences(actor=actor, user_id=actor.user_id or 0, wishes=wishes))


def _clock(stated: str | None) -> time | None:
    return None if stated is None else time.fromisoformat(stated)


def _out(wishes: Wishes) -> Preferences:
    return Preferences(
        reminders=wishes.reminders,
        invitations=wishes.invitations,
        quiet_from=None if wishes.quiet_from is None else clock_text(wishes.quiet_from),
        quiet_until=None if wishes.quiet_until is None else clock_text(wishes.quiet_until),
        zone=wishes.zone,
    )
