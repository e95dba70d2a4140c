"""Updates as Telegram sends them, and envelopes as the webhook writes them."""

from typing import Any

from telegram_ui.envelope import Envelope
from telegram_ui.gateway.identity import UserContext


def person(tg_id: int = 1001, first_name: str = "Anna") -> dict[str, Any]:
    return {"id": tg_id, "is_bot": False, "first_name": first_name, "language_code": "ru"}


def message(text: str = "hi", *, chat: int = 1001, user: int | None = None, message_id: int = 1) -> dict[str, Any]:
    return {
        "message_id": message_id,
        "date": 1_700_000_000,
        "chat": {"id": chat, "type": "private" if chat > 0 else "group"},
        "from": person(user if user is not None else abs(chat)),
        "text": text,
    }


def text_update(update_id: int, text: str = "hi", *, chat: int = 1001, user: int | None = None) -> dict[str, Any]:
    return {"update_id": update_id, "message": message(text, chat=chat, user=user)}


def context(tg_id: int = 1001, *, language: str = "en", role: str = "client") -> UserContext:
    return UserContext(user_id=tg_id, tg_id=tg_id, role=role, language=language)


def envelope(update: dict[str, Any], *, user: UserContext | None = None, trace_id: str = "t" * 16) -> Envelope:
    return Envelope(trace_id=trace_id, update=update, user_context=user)
