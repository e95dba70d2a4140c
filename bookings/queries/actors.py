"""Users as those who act."""

from booking_site.lib.trace import current_trace_id
from bookings.actor import Actor
from bookings.enums import Door, Role
from bookings.models import User
from bookings.read_models import UserCard


def actor_of_user(user: User, *, door: Door) -> Actor:
    """The user in their role, with the trace id that is bound; a superuser is an admin whatever their role says.

    Load it with ``select_related("specialist")``.
    """
    specialist = getattr(user, "specialist", None)
    return Actor(
        role=Role.ADMIN if user.is_superuser else Role(user.role),
        door=door,
        user_id=user.pk,
        specialist_id=specialist.pk if specialist is not None and specialist.is_active else None,
        trace_id=current_trace_id(),
    )


def actor_of_card(card: UserCard, *, door: Door) -> Actor:
    """The user in their role, as the bot knows them."""
    return Actor(
        role=Role(card.role),
        door=door,
        user_id=card.id,
        specialist_id=card.specialist_id,
        trace_id=current_trace_id(),
    )


def client_of_card(card: UserCard, *, door: Door) -> Actor:
    """The user as a client, whatever else they are: for logins that are weaker than a member of staff's."""
    return Actor(role=Role.CLIENT, door=door, user_id=card.id, trace_id=current_trace_id())
