"""The playground on a thread of its own, for tests and tools that are not asynchronous."""

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

import uvloop

from telegram_ui.playground.client import PlaygroundClient
from telegram_ui.playground.server import PlaygroundServer

T = TypeVar("T")
_PATIENCE = 15


class PlaygroundThread:
    """Starts a ``PlaygroundServer`` (same arguments) and stops it at the end of a ``with`` block."""

    def __init__(self, token: str, **options: Any) -> None:
        self._token = token
        self._options = options
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="playground", daemon=True)
        self.server: PlaygroundServer
        self.client: PlaygroundClient

    @property
    def url(self) -> str:
        return self.server.url

    def run(self, coroutine: Coroutine[Any, Any, T], *, patience: float = _PATIENCE) -> T:
        """Run a coroutine on the server's own loop and wait for it, ``patience`` seconds at most."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(patience)

    def start(self) -> None:
        self._thread.start()
        self.run(self._start())
        self.client = PlaygroundClient(self.server.url)

    async def _start(self) -> None:
        self.server = PlaygroundServer(self._token, **self._options)
        await self.server.start()

    def restart(self) -> None:
        """Stop the server and start another with the same arguments on the same port."""
        self.run(self._stop())
        self._options["port"] = self.server.port
        self.run(self._start())

    def stop(self) -> None:
        self.run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)
        self._loop.close()

    async def _stop(self) -> None:
        await self.server.stop()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
