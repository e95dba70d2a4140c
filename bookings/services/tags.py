"""Giving clients tags, and taking them away. Tags themselves are rows: ``services.resources`` makes and changes them."""

from django.db import transaction

from bookings.actor import Actor
from bookings.exceptions import NotFound
from bookings.models import Tag
from bookings.models.tag import folded_name
from bookings.queries.clients import require_client_of
from bookings.queries.tags import tags_of
from bookings.read_models import TagCard
from bookings.services.idempotency import Request, answer_once
from bookings.services.resources.entities import TAGS, USERS
from bookings.services.resources.recording import recorded
from bookings.services.resources.snapshot import values_of
from bookings.services.resources.writing import create, locked


def tag_client(
    *, actor: Actor, client_id: int, tag_id: int, idempotency_key: str | None = None
) -> tuple[TagCard, ...]:
    """Give the client the tag, and return all they have; who has it already keeps it.

    Raises:
        NotAllowed: the actor is no admin, or a key that would touch one. NotFound: no such client, or no such tag.
        IdempotencyConflict, Busy.
    """
    return _set(actor, client_id, tag_id, has=True, key=idempotency_key)


def tag_client_as(
    *, actor: Actor, client_id: int, name: str, idempotency_key: str | None = None
) -> tuple[TagCard, ...]:
    """Give the client the tag that is called so in any case, made where there is none yet.

    Raises InvalidFields (a name that cannot be), and as ``tag_client``.
    """
    USERS.require_write(actor)
    require_client_of(actor, client_id)  # before a tag is made for nobody
    tag = Tag.objects.filter(folded=folded_name(name)).first() or create(
        actor=actor, entity=TAGS, values={"name": name}, idempotency_key=idempotency_key
    )
    return tag_client(actor=actor, client_id=client_id, tag_id=tag.pk, idempotency_key=idempotency_key)


def untag_client(
    *, actor: Actor, client_id: int, tag_id: int, idempotency_key: str | None = None
) -> tuple[TagCard, ...]:
    """Take the tag from the client, and return those left; who has it not, or no more, is as they were.

    Raises NotAllowed, NotFound (no such client), IdempotencyConflict, Busy.
    """
    return _set(actor, client_id, tag_id, has=False, key=idempotency_key)


def _set(actor: Actor, client_id: int, tag_id: int, *, has: bool, key: str | None) -> tuple[TagCard, ...]:
    USERS.require_write(actor)
    request = Request.of(
        actor=actor, operation="tag_client" if has else "untag_client", key=key,
        content={"client": client_id, "tag": tag_id},
    )  # fmt: skip

    def work() -> int:
        with transaction.atomic():
            # The lock keeps a tag from being given while its client is being forgotten, or two at once from losing one.
            client = locked(USERS, client_id)
            if not client.is_active:
                raise NotFound("client")
            USERS.prepare(actor, client, values_of(client))
            with recorded(actor=actor, row=client):
                if has:
                    client.tags.add(locked(TAGS, tag_id))
                else:
                    client.tags.remove(tag_id)
            request.remember(client_id)
        return client_id

    return tags_of(answer_once(request, work))
