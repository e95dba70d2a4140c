"""A user blocked the bot or let it in again: notifications must know before they try."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Router
from aiogram.enums import ChatMemberStatus
from aiogram.types import ChatMemberUpdated

from bookings.services.users import mark_bot_blocked
from telegram_ui.handlers.filters import in_private

_GONE = {ChatMemberStatus.KICKED, ChatMemberStatus.LEFT}


def router() -> Router:
    """``my_chat_member`` of private chats."""
    membership = Router(name="membership")
    membership.my_chat_member.register(_changed, in_private)
    return membership


async def _changed(event: ChatMemberUpdated, run: Callable[..., Awaitable[Any]]) -> None:
    await run(mark_bot_blocked, tg_id=event.from_user.id, blocked=event.new_chat_member.status in _GONE)
