"""Who is writing: the user context that travels with every update, cached under ``tg:ctx``."""

from dataclasses import asdict, dataclass
from typing import Any, Self

import orjson
import structlog
from redis import RedisError

from booking_site.lib.redis_client import client
from bookings.actor import Actor
from bookings.enums import Door, Language, Role
from bookings.queries.users import user_by_tg_id
from bookings.read_models import UserCard
from bookings.services.users import register_telegram_user

log = structlog.get_logger(__name__)

#: Seconds in which a change of the user keeps the cache empty. Whoever read the user just before the change would
#: else put the old context back a moment after it was dropped.
FORGET_SECONDS = 10


@dataclass(frozen=True, slots=True)
class UserContext:
    """What the bot must know about a person before any handler runs. ``user_id`` is the primary key of User."""

    user_id: int
    tg_id: int
    role: str
    language: str
    is_banned: bool = False
    specialist_id: int | None = None
    bot_blocked: bool = False

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(
            user_id=int(data["user_id"]),
            tg_id=int(data["tg_id"]),
            role=Role(data["role"]).value,
            language=Language(data["language"]).value,
            is_banned=bool(data.get("is_banned", False)),
            specialist_id=data.get("specialist_id"),
            bot_blocked=bool(data.get("bot_blocked", False)),
        )

    def to_json(self) -> bytes:
        return orjson.dumps(asdict(self))

    def actor(self, trace_id: str) -> Actor:
        """The same person as services know them, acting through the bot."""
        return Actor(
            role=Role(self.role),
            door=Door.BOT,
            user_id=self.user_id,
            specialist_id=self.specialist_id,
            trace_id=trace_id,
        )


def look_up(sender: dict[str, Any]) -> UserContext | None:
    """The context of Telegram's User object ``sender`` by reading alone, for where nobody may wait for a writer.

    ``None`` for a stranger, and for a known user whose username has changed: :func:`identify` writes that down.

    Raises:
        django.db.DatabaseError: the database did not answer.
    """
    card = user_by_tg_id(tg_id=sender["id"])
    if card is None or not (card.is_banned or card.tg_username == _username(sender)):
        return None
    return context_of(sender["id"], card)


def identify(sender: dict[str, Any]) -> UserContext:
    """The context of Telegram's User object ``sender``; a stranger becomes a user.

    Raises:
        django.db.DatabaseError: the database did not answer.
    """
    card = register_telegram_user(
        tg_id=sender["id"],
        first_name=str(sender.get("first_name") or ""),
        last_name=str(sender.get("last_name") or ""),
        username=_username(sender),
        language_code=str(sender.get("language_code") or ""),
    )
    return context_of(sender["id"], card)


def _username(sender: dict[str, Any]) -> str:
    return str(sender.get("username") or "")[:32]  # Telegram's own limit


def context_of(tg_id: int, card: UserCard) -> UserContext:
    """What the bot must know of the user ``card``, whose Telegram id is ``tg_id``."""
    return UserContext(
        user_id=card.id,
        tg_id=tg_id,
        role=card.role,
        language=card.language,
        is_banned=card.is_banned,
        specialist_id=card.specialist_id,
        bot_blocked=card.bot_blocked,
    )


def forget(tg_id: int) -> None:
    """Drop what is cached about a user, at once; the next update reads it afresh."""
    try:
        client().set(f"tg:ctx:{tg_id}", "", ex=FORGET_SECONDS)
    except RedisError as error:
        # The change itself stands; without Redis no update is taken in either. At worst the cache is 10 minutes old.
        log.warning("user_context_not_dropped", tg_id=tg_id, error=str(error))
