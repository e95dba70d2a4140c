"""Conditions of handlers. All are coroutines: aiogram runs any other, ``F`` included, in a thread of its own, which costs
more than the condition and holds up the rest of the chat's update.
"""

from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

_CONTENT = frozenset(
    {"photo", "video", "voice", "video_note", "audio", "document", "sticker", "animation", "location", "venue",
     "poll", "dice", "story", "contact", "game"}
)  # fmt: skip


async def in_private(event: Message | CallbackQuery | ChatMemberUpdated) -> bool:
    """Whether it happened in a person's own chat with the bot."""
    place = event.message if isinstance(event, CallbackQuery) else event
    return place is not None and place.chat.type == ChatType.PRIVATE


async def is_contact(message: Message) -> bool:
    return message.contact is not None


async def is_location(message: Message) -> bool:
    return message.location is not None


async def is_slashed(message: Message) -> bool:
    """A command, known or not."""
    return (message.text or "").startswith("/")


async def is_text(message: Message) -> bool:
    return bool(message.text)


async def is_content(message: Message) -> bool:
    """Something a person sent, not a service message such as a pinned message or a changed timer."""
    return message.content_type in _CONTENT
