"""Clients, what is written about them, and users."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ClientCard:
    id: int
    name: str
    phone: str
    tg_id: int | None
    language: str
    #: The bot's messages do not reach them.
    bot_blocked: bool = False


@dataclass(frozen=True, slots=True)
class NoteCard:
    """A private note of somebody of the team on a client."""

    id: int
    client_id: int
    author_id: int
    author_name: str
    text: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class TagCard:
    """A word by which admins sort their clients."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ClientTags:
    """``has`` and ``others`` are all tags together, each by name."""

    client: ClientCard
    has: tuple[TagCard, ...]
    others: tuple[TagCard, ...]


@dataclass(frozen=True, slots=True)
class UserCard:
    """``specialist_id`` is set when the user is linked to an active specialist.

    ``name`` is how they are called; ``own_name`` what they have said themselves, empty as long as they have not.
    """

    id: int
    tg_id: int | None
    name: str
    own_name: str
    phone: str
    language: str
    role: str
    specialist_id: int | None
    is_banned: bool
    bot_blocked: bool
    tg_username: str = ""
