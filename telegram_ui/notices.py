"""The few words the pipeline itself says to a user, in their language."""

import asyncio
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from telegram_ui.envelope import Envelope
from telegram_ui.gateway.routing import route

log = structlog.get_logger(__name__)

SLOW_DOWN = _("You are going a little too fast for me. Please wait a moment and try again.")
WENT_WRONG = _(
    "Sorry, something went wrong on our side. We have been told about it. Please try again, or send /start."
)

SHOWN_OUT = _("Booking is closed for you. Please call us.")

#: By what ``accept.lua`` calls them.
BY_NAME = {"slow_down": SLOW_DOWN, "banned": SHOWN_OUT}

#: Seconds. A courtesy must not hold the chat up.
PATIENCE = 5.0


async def let_rest(bot: Bot, envelope: Envelope) -> None:
    """Stop a button's spinning without a word. Failure is only logged."""
    query: Any = envelope.update.get("callback_query")
    if not isinstance(query, dict) or "id" not in query:
        return
    try:
        async with asyncio.timeout(PATIENCE):
            await bot.answer_callback_query(str(query["id"]))
    except (AiogramError, TimeoutError) as error:
        log.info("press_not_answered", error=str(error))


async def tell(bot: Bot, envelope: Envelope, text: Promise) -> None:
    """Send ``text`` to the private chat the update came from and stop a button's spinning. Failure is only logged."""
    language = envelope.user_context.language if envelope.user_context else settings.LANGUAGE_CODE
    with translation.override(language):
        words = str(text)
    origin = route(envelope.update)
    try:
        async with asyncio.timeout(PATIENCE):
            query: Any = envelope.update.get("callback_query")
            if query:
                await bot.answer_callback_query(query["id"], words, show_alert=True)
            elif origin.private:
                await bot.send_message(origin.chat_id, words)
    except (AiogramError, TimeoutError) as error:
        log.warning("notice_not_delivered", chat=origin.chat_id, error=str(error))
