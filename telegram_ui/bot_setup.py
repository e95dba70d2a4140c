"""Telling Telegram where updates go, and how the bot presents itself; the latter is optional."""

from collections.abc import Awaitable

from aiogram import Bot, Dispatcher
from aiogram.exceptions import AiogramError
from aiogram.types import BotCommand
from django.conf import settings

from bookings.enums import Role
from telegram_ui import bot_profile, handlers
from telegram_ui.webhook import PATH

#: Telegram's own maximum; the mailboxes keep the order of each chat, however many connections bring updates.
CONNECTIONS = 100


async def set_webhook(bot: Bot) -> str:
    """Have updates sent to this site; those that wait already are kept. Returns the address.

    Raises:
        aiogram.exceptions.AiogramError: Telegram refuses, or is not reached.
    """
    url = settings.PUBLIC_URL + PATH
    await bot.set_webhook(
        url,
        secret_token=settings.TELEGRAM_WEBHOOK_SECRET,
        max_connections=CONNECTIONS,
        allowed_updates=used_updates(),
        drop_pending_updates=False,
    )
    return url


def used_updates() -> list[str]:
    """The kinds of update that some handler wants; Telegram keeps the others to itself."""
    dispatcher = Dispatcher()
    dispatcher.include_router(handlers.build_router())
    return dispatcher.resolve_used_update_types()


async def set_up(bot: Bot) -> list[str]:
    """Set commands and descriptions in each language and as the default. Returns what failed, in words."""
    failed = []
    for code in (None, *bot_profile.languages()):
        language = code or settings.LANGUAGE_CODE
        commands = [
            BotCommand(command=name, description=text)
            for name, text in bot_profile.commands(language=language, role=Role.CLIENT)
        ]
        calls: dict[str, Awaitable[bool]] = {
            "setMyCommands": bot.set_my_commands(commands, language_code=code),
            "setMyDescription": bot.set_my_description(
                bot_profile.description(language=language), language_code=code
            ),
            "setMyShortDescription": bot.set_my_short_description(
                bot_profile.short_description(language=language), language_code=code
            ),
        }
        for name, call in calls.items():
            try:
                await call
            except AiogramError as error:
                failed.append(f"{name} ({code or 'default'}): {error}")
    return failed
