"""One message to many chats: all of it but the chat is turned into what Telegram reads once, not for each."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from aiogram import Bot
from aiogram.methods import SendMessage, SendPhoto, TelegramMethod
from django.conf import settings
from django.utils.module_loading import import_string
from pydantic import BaseModel

from booking_site.lib.telegram_bot import JsonSession
from notifications.actions import ActionRows


class Receipt(BaseModel):
    """All that is read of Telegram's answer: building its whole Message would take as long as the rest of the call."""

    message_id: int
    photo: list[dict[str, Any]] = []


class SendingMessage(SendMessage):
    __returning__: ClassVar[Any] = Receipt


class SendingPhoto(SendPhoto):
    __returning__: ClassVar[Any] = Receipt


@dataclass(frozen=True, slots=True)
class Circular:
    """``method`` as it would be to nobody in particular, and ``words``: its JSON without the chat."""

    method: TelegramMethod[Any]
    words: bytes

    async def send(self, bot: Bot, chat_id: int) -> Receipt:
        """Call the Bot API. Raises what a call of the bot raises."""
        session = bot.session
        assert isinstance(session, JsonSession), "the bot was not made by make_bot"  # noqa: S101 - narrows the type
        body = b'{"chat_id":%d,%b' % (chat_id, self.words)
        receipt: Receipt = await session.post_json(bot, self.method, body)
        return receipt


@lru_cache(maxsize=32)
def circular(bot: Bot, text: str, rows: ActionRows, *, paid: bool, photo: str = "") -> Circular:
    """The message with its buttons; with ``photo`` (Telegram's name of it) the text is its caption.

    Raises:
        ValueError: an action that no handler knows.
    """
    markup = markup_of(rows)
    # Only where it is paid for: what is left out is not looked at.
    given: dict[str, Any] = {
        "chat_id": 0, "reply_markup": markup, "allow_paid_broadcast": True if paid else None,
    }  # fmt: skip
    method: Any = SendingPhoto(photo=photo, caption=text, **given) if photo else SendingMessage(text=text, **given)
    session = bot.session
    assert isinstance(session, JsonSession), "the bot was not made by make_bot"  # noqa: S101 - narrows the type
    return Circular(method, session.json_of(bot, method, without="chat_id")[1:])


def markup_of(rows: ActionRows) -> Any:
    """Telegram's buttons. Raises ValueError for an action that no handler knows."""
    return import_string(settings.NOTIFICATION_ACTION_RENDERER)(rows) if rows else None
