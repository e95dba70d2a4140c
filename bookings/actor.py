"""Who acts, and through which door. Every service asks for one; there is no ambient current user."""

from dataclasses import dataclass, replace

from bookings.enums import Door, Role


@dataclass(frozen=True, slots=True)
class Actor:
    """``user_id`` is the User's primary key, ``None`` for the system; ``specialist_id`` is set for specialists.

    ``key_id`` is the API key by which the actor came, for the audit.
    """

    role: Role
    door: Door
    user_id: int | None = None
    specialist_id: int | None = None
    trace_id: str = ""
    key_id: int | None = None

    @property
    def is_admin(self) -> bool:
        return self.role in (Role.ADMIN, Role.SYSTEM)

    def traced(self, trace_id: str) -> "Actor":
        return replace(self, trace_id=trace_id)


SYSTEM = Actor(role=Role.SYSTEM, door=Door.SYSTEM)
