"""What lies in a mailbox: one update with everything that was known about it at the door."""

from dataclasses import dataclass
from typing import Any, Self

import orjson

from telegram_ui.gateway.identity import UserContext


@dataclass(frozen=True, slots=True)
class Envelope:
    """``update`` is Telegram's own JSON; ``accepted_ms`` is Redis' time of acceptance, in Unix milliseconds.

    ``attempt`` counts from 1. ``notice`` names a message that the pipeline itself owes the user instead of
    handling the update ("slow_down", "banned"). ``letter`` is the dead letter it was requeued from, 0 for a first life.
    """

    trace_id: str
    update: dict[str, Any]
    user_context: UserContext | None = None
    attempt: int = 1
    accepted_ms: int = 0
    notice: str = ""
    letter: int = 0

    @property
    def update_id(self) -> int:
        return int(self.update["update_id"])

    @classmethod
    def from_json(cls, raw: bytes | str, *, attempt: int = 1) -> Self:
        """Read what the accept script wrote.

        Raises:
            ValueError: ``raw`` is not such an envelope.
        """
        try:
            data = orjson.loads(raw)
            context = data["user_context"]
            return cls(
                trace_id=data["trace_id"],
                update=data["update"],
                user_context=UserContext.from_dict(context) if context else None,
                attempt=attempt,
                accepted_ms=data["meta"]["ts"],
                notice=data.get("notice", ""),
                letter=data["meta"].get("letter", 0),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"not an envelope: {error!r}") from error
