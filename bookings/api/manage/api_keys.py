"""Keys by which programs call the API: for admins with a session. No key makes, sees or revokes keys."""

from http import HTTPStatus
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field, StringConstraints

from bookings.api.caller import caller_of
from bookings.api.crud.fields import Exposed
from bookings.api.crud.operations import answer_row, mount, named
from bookings.api.crud.resource import Resource
from bookings.api.inputs import Input
from bookings.api.openapi import responses
from bookings.api.times import Instant
from bookings.api.values import Id, IdempotencyKey, Text
from bookings.enums import Scope
from bookings.models import ApiKey
from bookings.services.api_keys import NAME_LIMIT, issue_api_key, revoke_api_key
from bookings.services.resources.entity import Entity

_TAG = "API keys"

API_KEYS = Resource(
    noun="api-keys",
    one="api_key",
    tag=_TAG,
    entity=Entity(ApiKey),
    fields=(
        "id", "name", "prefix", "owner_id", "created_at", "created_by_id", "expires_at", "revoked_at", "last_used_at",
    ),
    also=(
        Exposed(
            name="scopes", attribute="scopes", out=list[Scope], read=lambda row, _zone: row.scopes,
            about="What it may be used for",
        ),
    ),
    orders=("id", "created_at"),
    filters=("owner_id", "prefix"),
    lookups={"unrevoked": ("revoked_at__isnull", bool)},
    search=("name",),
    once={"token": "What programs send. Null where the same request was answered before: revoke the key, make another"},
    about="Without their tokens, of which only hashes are kept.",
)  # fmt: skip


class NewKey(Input):
    name: Annotated[Text, StringConstraints(min_length=1, max_length=NAME_LIMIT)] = Field(
        description="What the key is for"
    )
    owner_id: Id = Field(
        description="As whom it acts: an admin or a specialist. It can do nothing that they may not"
    )
    scopes: list[Scope] = Field(min_length=1, max_length=len(Scope))
    expires_at: Instant | None = Field(default=None, description="null: never")


router = Router()
mount(router, API_KEYS)


@router.post(
    "/api-keys", response={HTTPStatus.CREATED: API_KEYS.issued_type}, operation_id="create_managed_api_key", tags=[_TAG],
    summary="Make a key",
    openapi_extra=responses(
        "bad_request", "invalid_request", "invalid_fields", "not_found", "idempotency_conflict"
    ),
)  # fmt: skip
def create_managed_api_key(
    request: HttpRequest, wanted: NewKey, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """The answer is the only place where the token is ever shown."""
    caller = caller_of(request)
    with named(API_KEYS):
        issued = issue_api_key(
            actor=caller.actor,
            name=wanted.name,
            owner_id=wanted.owner_id,
            scopes=wanted.scopes,
            expires_at=wanted.expires_at,
            idempotency_key=caller.idempotency_key(idempotency_key),
        )
    answer = answer_row(request, API_KEYS, issued.card.id, HTTPStatus.CREATED, token=issued.token or None)
    answer["Location"] = f"{request.path}/{issued.card.id}"
    return answer


@router.post(
    "/api-keys/{row_id}/revoke", response=API_KEYS.row_type, operation_id="revoke_managed_api_key", tags=[_TAG],
    summary="Revoke a key", openapi_extra=responses("not_found", "invalid_request"),
)  # fmt: skip
def revoke_managed_api_key(
    request: HttpRequest,
    row_id: Path[Id],
    idempotency_key: IdempotencyKey = None,  # noqa: ARG001 - a repetition is the same anyway
) -> HttpResponse:
    """It opens nothing from now on. Revoking twice is revoking."""
    revoke_api_key(actor=caller_of(request).actor, key_id=row_id)
    return answer_row(request, API_KEYS, row_id)
