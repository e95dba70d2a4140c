"""Invitations to the team."""

from dataclasses import dataclass
from datetime import datetime

from bookings.enums import InviteState, Role
from bookings.read_models.text import Text


@dataclass(frozen=True, slots=True)
class InviteCard:
    """An invitation without its token; ``specialist_name`` is empty where one joins as an admin."""

    id: int
    role: Role
    specialist_id: int | None
    specialist_name: Text | None
    state: InviteState
    created_at: datetime
    expires_at: datetime
    created_by_name: str
    used_by_name: str


@dataclass(frozen=True, slots=True)
class IssuedInvite:
    """``token`` exists here and nowhere else: hand it on."""

    card: InviteCard
    token: str


@dataclass(frozen=True, slots=True)
class Joined:
    """What somebody is in the team now; ``already``: they were that before."""

    role: Role
    specialist_id: int | None
    specialist_name: Text | None
    already: bool


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A specialist whose calendar nobody runs from the bot yet."""

    specialist_id: int
    name: Text
