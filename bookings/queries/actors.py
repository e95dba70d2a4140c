"""Users as those who act."""

from booking_site.lib.trace import current_trace_id
from bookings.actor import Actor
from bookings.enums import Door, Role
from bookings.models import User


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
