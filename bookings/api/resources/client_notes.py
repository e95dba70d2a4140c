"""Private notes of the team on clients: never shown to the client."""

from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest
from ninja import Path, Router, Schema
from ninja.responses import Status
from pydantic import Field

from bookings.api.caller import caller_of
from bookings.api.inputs import Input
from bookings.api.openapi import responses
from bookings.api.resources.bookings import WRITE_PROBLEMS
from bookings.api.values import Id, IdempotencyKey, Text
from bookings.models.client_note import TEXT_LIMIT
from bookings.queries.clients import client_notes
from bookings.read_models import NoteCard
from bookings.services.client_notes import remove_note, write_note

router = Router()


class Note(Schema):
    id: int
    client_id: int
    author_id: int
    author_name: str
    is_mine: bool = Field(description="Whether it is the caller's own, which they may change")
    text: str
    updated_at: datetime


class Notes(Schema):
    items: list[Note]


class NoteText(Input):
    text: Text = Field(description=f"1 to {TEXT_LIMIT} characters")


@router.get(
    "/{int:client_id}/notes", response=Notes, operation_id="list_client_notes", summary="Notes on a client",
    openapi_extra=responses("not_found"),
)  # fmt: skip
def notes(request: HttpRequest, client_id: Path[Id]) -> Notes:
    """The caller's own first. Admins read all, specialists their own and those of admins."""
    actor = caller_of(request).actor
    return Notes(items=[_out(note, actor.user_id) for note in client_notes(actor=actor, client_id=client_id)])


@router.put(
    "/{int:client_id}/notes/mine", response=Note, operation_id="write_client_note", summary="Note something on a client",
    openapi_extra=responses(*WRITE_PROBLEMS, "not_found", "invalid_text"),
)  # fmt: skip
def write(
    request: HttpRequest, client_id: Path[Id], note: NoteText, idempotency_key: IdempotencyKey = None
) -> Note:
    """In place of the note that the caller had: everybody of the team has one on each client."""
    caller = caller_of(request)
    key = caller.idempotency_key(idempotency_key)
    card = write_note(actor=caller.actor, client_id=client_id, text=note.text, idempotency_key=key)
    return _out(card, caller.actor.user_id)


@router.delete(
    "/{int:client_id}/notes/mine", response={HTTPStatus.NO_CONTENT: None}, operation_id="remove_client_note",
    summary="Take my note away", openapi_extra=responses("not_found", "idempotency_conflict"),
)  # fmt: skip
def remove(request: HttpRequest, client_id: Path[Id], idempotency_key: IdempotencyKey = None) -> Status[None]:
    """Where there is none, nothing happens."""
    caller = caller_of(request)
    key = caller.idempotency_key(idempotency_key)
    remove_note(actor=caller.actor, client_id=client_id, idempotency_key=key)
    return Status(HTTPStatus.NO_CONTENT, None)


def _out(card: NoteCard, reader_id: int | None) -> Note:
    return Note(
        id=card.id,
        client_id=card.client_id,
        author_id=card.author_id,
        author_name=card.author_name,
        is_mine=card.author_id == reader_id,
        text=card.text,
        updated_at=card.updated_at,
    )
