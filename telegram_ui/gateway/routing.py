"""Where an update belongs, read from its JSON alone: which mailbox, and who sent it.

Works for kinds of update that did not exist when this was written: whatever it does not find, it does without.
"""

from dataclasses import dataclass
from typing import Any

#: Mailbox of updates that belong to no chat and nobody (a poll that changed).
NOWHERE = 0
_USER_FIELDS = ("from", "user", "actor")


@dataclass(frozen=True, slots=True)
class Origin:
    """``sender`` is Telegram's User object of a person, ``None`` for bots, channels and anonymous admins."""

    chat_id: int
    sender: dict[str, Any] | None
    private: bool

    @property
    def user_id(self) -> int | None:
        return self.sender["id"] if self.sender else None


def route(update: dict[str, Any]) -> Origin:
    """Chat id, else the sender's id (inline queries); a button press belongs to its message's chat."""
    payload: dict[str, Any] = next(
        (value for name, value in update.items() if name != "update_id" and _is_object(value)), {}
    )
    sender = next((found for name in _USER_FIELDS if (found := _identified(payload.get(name)))), None)
    chat = (
        _identified(payload.get("chat"))
        or _identified(_object(payload.get("message")).get("chat"))
        or _identified(payload.get("voter_chat"))
    )
    if sender and (sender.get("is_bot") or (chat and chat.get("type") == "channel")):
        sender = None
    user_id = sender["id"] if sender else None
    if chat:
        return Origin(chat["id"], sender, private=chat["id"] == user_id)
    business_chat = payload.get("user_chat_id")
    if user_id is None and _is_id(business_chat):
        return Origin(int(str(business_chat)), None, private=False)
    return Origin(NOWHERE if user_id is None else user_id, sender, private=user_id is not None)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _identified(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) and _is_id(value.get("id")) else None
