"""``manage.py playground``: the stand-in for the Bot API, with its page."""

import errno
from typing import Any

from aiogram.exceptions import AiogramError
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from booking_site.lib.telegram_bot import make_bot
from booking_site.supervisor.addresses import browser_url
from booking_site.supervisor.announce import api_docs_path
from telegram_ui.bot_setup import set_up, set_webhook
from telegram_ui.playground.page_routes import PageLinks
from telegram_ui.playground.personas import demo_personas
from telegram_ui.playground.process import serve
from telegram_ui.playground.server import PlaygroundServer


class Command(BaseCommand):
    help = "Run the playground: a local Bot API with a page of chats (development only)."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Serve until SIGINT or SIGTERM."""
        if settings.ENV.production:
            raise CommandError("The playground is for development: it does not start with APP_ENV=production.")
        server = playground_from_settings()
        try:
            serve(server, self._say, self._connect)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(f"Port {server.port} is taken: set PLAYGROUND_PORT to a free one.") from None
            raise

    async def _connect(self) -> None:
        """Introduce the bot to its stand-in for Telegram as ``manage.py telegram set-webhook`` does to the real one:
        this process has the library loaded already. What fails is told; the chats and their page are there anyway.
        """
        if not settings.TELEGRAM_USES_PLAYGROUND or settings.TELEGRAM_MODE != "webhook":
            return
        bot = make_bot()
        try:
            await set_webhook(bot)
            problems = await set_up(bot)
        except AiogramError as error:
            problems = [f"webhook: {error}"]
        finally:
            await bot.session.close()
        for problem in problems:
            self._say(f"not set: {problem}")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def playground_from_settings() -> PlaygroundServer:
    """The server that this environment describes; it keeps its state under DATA_DIR."""
    env = settings.ENV
    site, docs = browser_url(env.host, env.port).rstrip("/"), api_docs_path()
    return PlaygroundServer(
        settings.PLAYGROUND_TOKEN,
        host=env.host,
        port=env.playground_port,
        data_dir=env.data_dir,
        people=demo_personas(),
        links=PageLinks(
            admin=f"{site}{reverse('admin:index')}",
            api=f"{site}{docs}" if docs else "",
            flower=browser_url(env.host, env.flower_port),
        ),
    )
