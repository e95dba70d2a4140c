"""Private notes of the team on clients: one of each author, read by staff, never by the client."""

from django.db import transaction

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.cards import note_card
from bookings.exceptions import InvalidText, NotAllowed
from bookings.models import ClientNote, User
from bookings.models.client_note import TEXT_LIMIT
from bookings.policies import Task, require_task
from bookings.queries.clients import require_client_of
from bookings.read_models import NoteCard
from bookings.services import audit, history
from bookings.services.idempotency import Request, answer_once, made_once

_ENTITY = audit.entity_of(ClientNote)


def write_note(*, actor: Actor, client_id: int, text: str, idempotency_key: str | None = None) -> NoteCard:
    """The actor's note on the client, in place of the one they had.

    The audit says that it was written, not what: what is private is kept in one place, and can be forgotten there.

    Raises:
        NotAllowed: for clients, and for who is no user. NotFound: no such client, or none the actor has to do with.
        InvalidText: empty or too long. IdempotencyConflict, Busy.
    """
    author_id = _author(actor)
    text = history.clean_text(text, limit=TEXT_LIMIT, field="text")
    if not text:
        raise InvalidText("no words", field="text", limit=TEXT_LIMIT)
    request = Request.of(
        actor=actor, operation="write_note", key=idempotency_key, content={"client": client_id, "text": text}
    )

    def work() -> int:
        with transaction.atomic():
            # The lock keeps a note from being written while its client is being forgotten.
            require_client_of(actor, client_id, people=User.objects.select_for_update())
            note, is_new = ClientNote.objects.update_or_create(
                client_id=client_id, author_id=author_id, defaults={"text": text, "updated_at": clock.now()}
            )
            audit.record(
                actor=actor,
                action="created" if is_new else "updated",
                entity=_ENTITY,
                entity_id=note.pk,
                before=None if is_new else {},
                after={"client_id": client_id},
            )
            request.remember(note.pk)
        return int(note.pk)

    return note_card(made_once(ClientNote.objects.select_related("author"), request, work))


def remove_note(*, actor: Actor, client_id: int, idempotency_key: str | None = None) -> None:
    """Take the actor's own note on the client away; where there is none, nothing happens.

    Raises NotAllowed, NotFound as ``write_note``, IdempotencyConflict, Busy.
    """
    author_id = _author(actor)
    request = Request.of(actor=actor, operation="remove_note", key=idempotency_key, content={"client": client_id})

    def work() -> int:
        with transaction.atomic():
            note = ClientNote.objects.select_for_update().filter(client=client_id, author=author_id).first()
            if note is None:
                require_client_of(actor, client_id)
            else:
                audit.record(
                    actor=actor, action="deleted", entity=_ENTITY, entity_id=note.pk,
                    before={"client_id": client_id}, after=None,
                )  # fmt: skip
                note.delete()
            request.remember(client_id)
        return client_id

    answer_once(request, work)


def _author(actor: Actor) -> int:
    require_task(actor, Task.NOTES, specialist_id=actor.specialist_id)
    if actor.user_id is None:
        raise NotAllowed(Task.NOTES)
    return actor.user_id
