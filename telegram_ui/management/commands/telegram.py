"""Talking to Telegram from the command line."""

import asyncio
import signal
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from booking_site.lib.telegram_bot import make_bot
from telegram_ui.bot_setup import set_up, set_webhook, used_updates
from telegram_ui.polling import NoSuchBot, poll


class Command(BaseCommand):
    help = "Set or look at the webhook, fetch updates by polling, or set the bot's commands and descriptions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["set-webhook", "webhook-info", "delete-webhook", "poll", "setup"])

    def handle(self, *_args: Any, action: str, **_options: Any) -> None:
        """Raises CommandError with one line that says what Telegram, or the network, answered."""
        actions: dict[str, Callable[[Bot], Awaitable[None]]] = {
            "set-webhook": self._set_webhook,
            "webhook-info": self._webhook_info,
            "delete-webhook": self._delete_webhook,
            "poll": self._poll,
            "setup": self._setup,
        }
        if not settings.TELEGRAM_BOT_TOKEN:
            raise CommandError("TELEGRAM_BOT_TOKEN is not set")
        try:
            asyncio.run(self._with_bot(actions[action]))
        except (AiogramError, NoSuchBot) as error:
            raise CommandError(f"{settings.TELEGRAM_API_URL}: {error}") from None

    async def _with_bot(self, action: Callable[[Bot], Awaitable[None]]) -> None:
        bot = make_bot()
        try:
            await action(bot)
        finally:
            await bot.session.close()

    async def _set_webhook(self, bot: Bot) -> None:
        if not settings.TELEGRAM_WEBHOOK_SECRET:
            raise CommandError("TELEGRAM_WEBHOOK_SECRET is not set")
        self.stdout.write(f"webhook: {await set_webhook(bot)}")
        await self._setup(bot)

    async def _webhook_info(self, bot: Bot) -> None:
        info = await bot.get_webhook_info()
        for name, value in info.model_dump(exclude_none=True, mode="json").items():
            self.stdout.write(f"{name}: {value}")

    async def _delete_webhook(self, bot: Bot) -> None:
        await bot.delete_webhook(drop_pending_updates=False)
        self.stdout.write("webhook deleted; updates wait at Telegram for up to 24 hours")

    async def _poll(self, bot: Bot) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        try:
            await bot.delete_webhook(drop_pending_updates=False)
        except AiogramError as error:
            self.stderr.write(f"deleteWebhook: {error}")
        await self._setup(bot)
        self.stdout.write("polling")
        await poll(stop, allowed_updates=used_updates())

    async def _setup(self, bot: Bot) -> None:
        """Optional: what fails is told and does not stop anything."""
        for problem in await set_up(bot):
            self.stderr.write(f"not set: {problem}")
