"""``manage.py playground``: the stand-in for the Bot API, with its page."""

import asyncio
import contextlib
import errno
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from telegram_ui.playground.page_routes import PageLinks
from telegram_ui.playground.personas import demo_personas
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
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                runner.run(self._serve(server))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(f"Port {server.port} is taken: set PLAYGROUND_PORT to a free one.") from None
            raise

    async def _serve(self, server: PlaygroundServer) -> None:
        stop = asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        async with server:
            self.stdout.write(f"Playground on {server.url}")
            self.stdout.flush()
            await stop.wait()


def playground_from_settings() -> PlaygroundServer:
    """The server that this environment describes; it keeps its state under DATA_DIR."""
    env = settings.ENV
    return PlaygroundServer(
        settings.PLAYGROUND_TOKEN,
        host=env.host,
        port=env.playground_port,
        data_dir=env.data_dir,
        people=demo_personas(),
        links=PageLinks(
            admin=f"{settings.PUBLIC_URL}/admin/",
            api=f"{settings.PUBLIC_URL}/api/docs",
            flower=f"http://{env.host}:{env.flower_port}/",
        ),
    )


def _loop_factory() -> Any:
    with contextlib.suppress(ImportError):  # uvloop has no Windows build
        import uvloop  # noqa: PLC0415

        return uvloop.new_event_loop
    return None
