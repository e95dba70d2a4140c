"""Whoever asks: who they are to the service, and what they say about themselves."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field, StringConstraints

from bookings.api.caller import CallerKind, caller_of
from bookings.api.inputs import Input
from bookings.api.openapi import responses
from bookings.api.values import Text
from bookings.enums import Language, Role
from bookings.queries.users import get_user
from bookings.read_models import UserCard
from bookings.services.users import set_contact, set_language

router = Router()

_Line = Annotated[Text, StringConstraints(max_length=200)]


class Me(Schema):
    id: int
    kind: CallerKind = Field(description="How you have shown who you are")
    role: Role = Field(description="What you act as; after a one-time code everybody is a client")
    name: str = Field(description="Empty until you have said it: ask, and PATCH it")
    phone: str
    language: Language
    specialist_id: int | None = Field(description="Whose calendar is yours")
    scopes: list[str] = Field(description="Of the API key, if it is one")


class Profile(Input):
    """What is left out stays as it is."""

    name: _Line | None = None
    phone: _Line | None = Field(default=None, description="An empty one is removed")
    language: Language | None = None


@router.get(
    "", response=Me, operation_id="get_me", summary="Who I am", url_name="get_me",
    openapi_extra=responses("not_found"),
)  # fmt: skip
def me(request: HttpRequest) -> Me:
    return _me(request, get_user(user_id=caller_of(request).actor.user_id or 0))


@router.patch(
    "", response=Me, operation_id="update_me", summary="Change my profile",
    openapi_extra=responses("not_found", "bad_request", "invalid_request", "invalid_contact"),
)  # fmt: skip
def change_me(request: HttpRequest, profile: Profile) -> Me:
    """Name and phone are what the business sees; the language is that of messages."""
    actor = caller_of(request).actor
    # First, because it may be refused: then nothing was changed.
    card = set_contact(actor=actor, name=profile.name, phone=profile.phone)
    if profile.language is not None:
        card = set_language(actor=actor, language=profile.language)
    return _me(request, card)


def _me(request: HttpRequest, card: UserCard) -> Me:
    caller = caller_of(request)
    return Me(
        id=card.id,
        kind=caller.kind,
        role=caller.actor.role,
        name=card.own_name,
        phone=card.phone,
        language=Language(card.language),
        specialist_id=caller.actor.specialist_id,
        scopes=sorted(caller.scopes),
    )
