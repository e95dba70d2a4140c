"""Who is writing: the user context that travels with every update, cached under ``tg:ctx``."""

from dataclasses import asdict, dataclass
from typing import Any, Self

import orjson

from bookings.actor import Actor
from bookings.enums import Door, Language, Role


@dataclass(frozen=True, slots=True)
class UserContext:
    """What the bot must know about a person before any handler runs. ``user_id`` is the primary key of User."""

    user_id: int
    tg_id: int
    role: str
    language: str
    is_banned: bool = False
    specialist_id: int | None = None

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(
            user_id=int(data["user_id"]),
            tg_id=int(data["tg_id"]),
            role=Role(data["role"]).value,
            language=Language(data["language"]).value,
            is_banned=bool(data.get("is_banned", False)),
            specialist_id=data.get("specialist_id"),
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
