"""Invitations to the team: for admins with a session. No key lets anybody in."""

from http import HTTPStatus
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from booking_site.lib.bot_name import bot_link
from bookings.api.caller import caller_of
from bookings.api.crud.fields import Exposed
from bookings.api.crud.operations import answer_row, mount, named
from bookings.api.crud.resource import Resource
from bookings.api.inputs import Input
from bookings.api.openapi import responses
from bookings.api.values import Id, IdempotencyKey
from bookings.enums import InviteState, Role
from bookings.services.invites import invite_member, revoke_invite
from bookings.services.resources import entities

_TAG = "Manage people"

INVITES = Resource(
    noun="invites",
    one="invite",
    tag=_TAG,
    entity=entities.INVITES,
    fields=(
        "id", "role", "specialist_id", "created_at", "created_by_id", "expires_at", "used_at", "used_by_id", "revoked_at",
    ),
    also=(
        Exposed(
            name="state", attribute="state", out=InviteState, read=lambda row, _zone: row.state.value,
            about="An open one leads into the team",
        ),
    ),
    orders=("id",),
    filters=("role", "specialist_id"),
    ranges=("created_at",),
    once={
        "command": "What the person sends to the bot",
        "link": "Does that when it is opened; null while the bot's name cannot be learnt",
    },
    about="Links by which people join the team, without what they end with.",
)  # fmt: skip


class NewInvite(Input):
    role: Literal[Role.ADMIN, Role.SPECIALIST]
    specialist_id: Id | None = Field(
        default=None, description="Whose calendar the person gets: of somebody who has none yet. Admins get none"
    )


router = Router()
mount(router, INVITES)


@router.post(
    "/invites", response={HTTPStatus.CREATED: INVITES.issued_type}, operation_id="create_managed_invite", tags=[_TAG],
    summary="Invite somebody",
    openapi_extra=responses(
        "bad_request", "invalid_request", "invalid_fields", "not_found", "invite_refused", "idempotency_conflict"
    ),
)  # fmt: skip
def create_managed_invite(
    request: HttpRequest, wanted: NewInvite, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Good for a week and for one person, the first to open it. The same request with the same key tells the same link."""
    caller = caller_of(request)
    with named(INVITES):
        issued = invite_member(
            actor=caller.actor,
            role=Role(wanted.role),
            specialist_id=wanted.specialist_id,
            idempotency_key=caller.idempotency_key(idempotency_key),
        )
    payload = f"invite_{issued.token}"
    told = {"command": f"/start {payload}", "link": bot_link(payload)}
    answer = answer_row(request, INVITES, issued.card.id, HTTPStatus.CREATED, **told)
    answer["Location"] = f"{request.path}/{issued.card.id}"
    return answer


@router.post(
    "/invites/{row_id}/revoke", response=INVITES.row_type, operation_id="revoke_managed_invite", tags=[_TAG],
    summary="Take an invitation back", openapi_extra=responses("not_found", "invalid_request", "invite_refused"),
)  # fmt: skip
def revoke_managed_invite(
    request: HttpRequest,
    row_id: Path[Id],
    idempotency_key: IdempotencyKey = None,  # noqa: ARG001 - a repetition is the same anyway
) -> HttpResponse:
    """It leads nowhere from now on. `invite_refused` where somebody has joined by it."""
    revoke_invite(actor=caller_of(request).actor, invite_id=row_id)
    return answer_row(request, INVITES, row_id)
