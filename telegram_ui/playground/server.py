"""The playground server: the Bot API, its controls and its page on one port of loopback."""

from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from telegram_ui.playground.bot_api import BotApi
from telegram_ui.playground.bot_http import BotHttp
from telegram_ui.playground.calls import Calls
from telegram_ui.playground.clock import Clock
from telegram_ui.playground.control.routes import add_control_routes
from telegram_ui.playground.errors import JsonDict
from telegram_ui.playground.faults import Faults, FaultSettings
from telegram_ui.playground.files import FileStore
from telegram_ui.playground.journal import Journal
from telegram_ui.playground.limits import Limiter
from telegram_ui.playground.page_routes import PageLinks, add_page_routes
from telegram_ui.playground.restore import restore
from telegram_ui.playground.world import Person, World

_MAX_UPLOAD = 50 * 1024 * 1024


class PlaygroundServer:
    """A Bot API server for one bot.

    ``port=0`` takes a free port. ``data_dir=None`` keeps everything in memory. ``pause_unit`` shortens the pauses of
    webhook redelivery: it is the length in seconds of one of Telegram's seconds. ``people`` have started the bot.
    ``max_calls`` and ``max_messages`` bound what is remembered, over all chats.
    """

    def __init__(
        self,
        token: str,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        data_dir: Path | None = None,
        people: tuple[Person, ...] = (),
        bot_username: str = "playground_bot",
        bot_name: str = "Playground bot",
        links: PageLinks | None = None,
        allowed_hosts: frozenset[str] = frozenset(),
        pause_unit: float = 1.0,
        max_calls: int = 50_000,
        max_messages: int = 50_000,
        seed: int | None = None,
    ) -> None:
        self.token = token
        self.host = host
        self.port = port
        self.clock = Clock()
        self.faults = Faults(seed)
        self.calls = Calls(max_calls)
        self._people = people
        self._journal = Journal(data_dir / "playground.sqlite3" if data_dir else None)
        files = FileStore(data_dir / "playground-files" if data_dir else None)
        bot: JsonDict = {
            "id": int(token.partition(":")[0]), "is_bot": True, "first_name": bot_name, "username": bot_username,
        }  # fmt: skip
        self.api = BotApi(
            bot=bot, clock=self.clock, journal=self._journal, files=files,
            pause_unit=pause_unit, max_messages=max_messages,
        )  # fmt: skip
        self.bot_http = BotHttp(token, self.api, self.faults, self.calls)
        self.links = links or PageLinks()
        self.allowed_hosts = allowed_hosts
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Base address: what ``TELEGRAM_API_URL`` is set to."""
        return f"http://{self.host}:{self.port}"

    async def start(self) -> None:
        """Listen; raises ``OSError`` when the port is taken."""
        app = web.Application(client_max_size=_MAX_UPLOAD)
        app.router.add_route("*", "/bot{token}/{method}", self.bot_http.call)
        app.router.add_get("/file/bot{token}/{path:.+}", self.bot_http.file)
        add_control_routes(app, self)
        add_page_routes(app, self.allowed_hosts)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port, backlog=1024)
        await site.start()
        self.port = int(self._runner.addresses[0][1])
        await restore(self.api, self._people)

    async def stop(self) -> None:
        """Stop listening and delivering; what is pending stays for the next start."""
        await self.api.webhook.close()
        self.api.hub.close(self.api.world.chats.values())
        self.api.polling.close()
        self.calls.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self.api.settle()
        self._journal.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def reset(self) -> None:
        """Forget chats, updates, calls, faults and the webhook; the people of the start are back."""
        await self.api.webhook.set(None)
        self.api.updates.drop_all()
        self._journal.clear()
        self.api.world = World()
        self.calls.clear()
        self.faults.replace(FaultSettings())
        self.bot_http.limiter = Limiter()
        await restore(self.api, self._people)
        self.api.hub.announce("reset")
