"""Clients and users."""

from dataclasses import dataclass


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
class UserCard:
    """``specialist_id`` is set when the user is linked to an active specialist."""

    id: int
    tg_id: int | None
    name: str
    phone: str
    language: str
    role: str
    specialist_id: int | None
    is_banned: bool
    bot_blocked: bool
    tg_username: str = ""
