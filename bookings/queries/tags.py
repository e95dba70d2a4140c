"""Tags of clients: admins read them, a client learns how many there are."""

from bookings.actor import Actor
from bookings.cards import client_card, tag_card
from bookings.exceptions import NotFound
from bookings.models import Tag, User
from bookings.policies import require_client
from bookings.read_models import ClientTags, TagCard
from bookings.services.resources.entities import TAGS


def client_tags(*, actor: Actor, client_id: int) -> ClientTags:
    """The client with the tags they have, and those they could have. Raises NotAllowed, NotFound."""
    every = TAGS.visible(actor)
    client = User.objects.filter(pk=client_id, is_active=True).first()
    if client is None:
        raise NotFound("client")
    has = tags_of(client_id)
    return ClientTags(client_card(client), has, tuple(tag_card(tag) for tag in every.exclude(people=client)))


def tags_of(client_id: int) -> tuple[TagCard, ...]:
    """In the order of names. For who may read them: it asks nobody."""
    return tuple(tag_card(tag) for tag in Tag.objects.filter(people=client_id))


def tags_kept(*, actor: Actor, client_id: int) -> int:
    """How many tags the client has; which ones is the admins' alone. Raises NotFound for somebody else's."""
    require_client(actor, client_id)
    return Tag.objects.filter(people=client_id).count()
