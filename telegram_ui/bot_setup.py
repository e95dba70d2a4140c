"""Telling Telegram how the bot presents itself; all of it optional."""

from collections.abc import Awaitable

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import BotCommand
from django.conf import settings

from bookings.enums import Role
from telegram_ui import bot_profile


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
