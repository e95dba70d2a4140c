"""Around every handler: makes its ``Turn``, answers the press whatever happens, turns refusals into words."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.enums import ChatAction
from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery, Message, TelegramObject

from bookings.exceptions import BookingError
from telegram_ui.handlers.common.recovery import show_refusal, show_truth
from telegram_ui.menu import MenuController
from telegram_ui.refusals import is_harmless
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import home as views

log = structlog.get_logger(__name__)

#: Seconds a press may wait for its answer; work that takes longer lets the button rest first, and shows as typing.
PATIENCE = 1.5
#: Seconds after which Telegram is told again; it shows the sign for five.
TYPING = 4.5

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class TurnMiddleware(BaseMiddleware):
    """Inner middleware of messages and presses in private chats: handlers get ``turn``."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        turn = _turn(event, data)
        if turn is None:
            return None
        data["turn"] = turn
        patience = asyncio.create_task(_wait(turn))
        try:
            await self._handle(handler, event, data, turn)
        except TelegramAPIError as error:
            if not is_harmless(error):
                raise
            log.info("turn.chat_closed", chat_id=turn.chat_id, error=str(error))
        finally:
            patience.cancel()
            await asyncio.wait([patience])
            await turn.answer()
        return None

    async def _handle(self, handler: Handler, event: TelegramObject, data: dict[str, Any], turn: Turn) -> None:
        try:
            await handler(event, data)
        except BookingError as error:
            log.info("turn.refused", code=error.code)
            await show_refusal(turn, error, about=data.get("callback_data"))
        except Outdated as outdated:
            await show_truth(turn, said=outdated.text or views.outdated())


class ToleranceMiddleware(BaseMiddleware):
    """Inner middleware of groups: an answer that nobody can read any more is no failure."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        try:
            return await handler(event, data)
        except TelegramAPIError as error:
            if not is_harmless(error):
                raise
            log.info("group.not_answered", error=str(error))
            return None


def _turn(event: TelegramObject, data: dict[str, Any]) -> Turn | None:
    user, actor = data["user"], data["actor"]
    query = event if isinstance(event, CallbackQuery) else None
    message = event if isinstance(event, Message) else None
    place = query.message if query else message
    if user is None or actor is None or place is None:
        return None
    chat_id = place.chat.id
    bot = data["bot"]
    return Turn(
        bot=bot,
        chat_id=chat_id,
        user=user,
        actor=actor,
        run=data["run"],
        state=data["state"],
        key=data["idempotency_key"],
        menu=MenuController(bot=bot, redis=data["redis"], chat_id=chat_id),
        query=query,
        message=message,
    )


async def _wait(turn: Turn) -> None:
    """Until it is cancelled. Work that takes long lets the button rest, and shows that it goes on."""
    await asyncio.sleep(PATIENCE)
    answering = asyncio.create_task(turn.rest())
    try:
        await _type(turn)
    finally:
        await answering  # once it is begun, nobody else answers


async def _type(turn: Turn) -> None:
    """Nothing but a sign: what Telegram makes of it stops nothing."""
    while True:
        try:
            await turn.bot.send_chat_action(turn.chat_id, ChatAction.TYPING)
        except TelegramAPIError as error:
            log.info("turn.not_typing", error=str(error))
        await asyncio.sleep(TYPING)
