"""Logging in with a one-time code, for people who come to the site without Telegram's Mini App."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from bookings.api.caller import caller_of
from bookings.api.inputs import Input
from bookings.api.limits import address_of
from bookings.api.openapi import responses
from bookings.enums import Language
from bookings.exceptions import Banned
from bookings.queries.users import active_user
from bookings.services import one_time_codes, visitor_tokens
from bookings.services.one_time_codes import Channel

router = Router()


class CodeWanted(Input):
    channel: Channel
    address: str = Field(
        max_length=254,
        description="An e-mail address, or the username of somebody who has written to the bot",
        examples=["anna@example.com"],
    )
    language: Language = Field(default=Language.RU, description="Of the message, and of a new client")


class CodeOnItsWay(Schema):
    """Whether anybody has that address is not told."""

    challenge: str = Field(description="Send it back with the code")
    expires_in: int = Field(description="Seconds", examples=[one_time_codes.CODE_SECONDS])
    resend_in: int = Field(description="Seconds until another can be asked for", examples=[60])


class CodeReceived(Input):
    challenge: str = Field(max_length=64)
    code: Annotated[str, Field(max_length=16, examples=["123456"])]
    language: Language | None = Field(
        default=None, description="Of a new client; null: the one in which the code was asked for"
    )


class Token(Schema):
    token: str = Field(description="Send it as `Authorization: Bearer …`. It is shown here alone")
    expires_at: datetime
    user_id: int


@router.post(
    "/code", response={HTTPStatus.ACCEPTED: CodeOnItsWay}, operation_id="request_code", summary="Ask for a code",
    openapi_extra=responses("invalid_request", "invalid_address", "too_many_codes", "bad_request"),
)  # fmt: skip
def request_code(request: HttpRequest, wanted: CodeWanted) -> Status[CodeOnItsWay]:
    """Six digits go to the address. The answer is the same whether anybody is known there or not."""
    challenge = one_time_codes.request_code(
        channel=wanted.channel,
        address=wanted.address,
        asked_from=address_of(request),
        language=wanted.language,
    )
    told = CodeOnItsWay(
        challenge=challenge.id,
        expires_in=one_time_codes.CODE_SECONDS,
        resend_in=one_time_codes.RESEND_SECONDS,
    )
    return Status(HTTPStatus.ACCEPTED, told)


@router.post(
    "/token", response={HTTPStatus.CREATED: Token}, operation_id="create_token", summary="Log in with the code",
    openapi_extra=responses("invalid_request", "invalid_code", "bad_request"),
)  # fmt: skip
def create_token(request: HttpRequest, received: CodeReceived, response: HttpResponse) -> Status[Token]:
    """The token acts for whoever owns the address, as a client. An e-mail address nobody had becomes a new client."""
    user_id = one_time_codes.redeem_code(
        challenge=received.challenge, code=received.code, language=received.language
    )
    card = active_user(user_id=user_id)
    if card is None or card.is_banned:
        raise Banned("You may not come in")
    issued = visitor_tokens.issue_token(user_id)
    response["Location"] = reverse("api-v1:get_me")
    return Status(HTTPStatus.CREATED, Token(token=issued.token, expires_at=issued.expires_at, user_id=user_id))


@router.delete(
    "/token", response={HTTPStatus.NO_CONTENT: None}, operation_id="revoke_token", summary="Log out",
    openapi_extra=responses(),
)  # fmt: skip
def revoke_token(request: HttpRequest) -> Status[None]:
    """The token that this was asked with is worth nothing from now on."""
    _scheme, _space, token = request.headers["Authorization"].strip().partition(" ")
    visitor_tokens.revoke_token(_user_id(request), token.strip())
    return Status(HTTPStatus.NO_CONTENT, None)


@router.delete(
    "/tokens", response={HTTPStatus.NO_CONTENT: None}, operation_id="revoke_all_tokens", summary="Log out everywhere",
    openapi_extra=responses(),
)  # fmt: skip
def revoke_all_tokens(request: HttpRequest) -> Status[None]:
    """Every token of whoever asks is worth nothing from now on, also those of other devices."""
    visitor_tokens.revoke_all_tokens(_user_id(request))
    return Status(HTTPStatus.NO_CONTENT, None)


def _user_id(request: HttpRequest) -> int:
    user_id = caller_of(request).actor.user_id
    assert user_id is not None, "the access table lets nobody here who is no user"  # noqa: S101 - narrows the type
    return user_id
