"""Long polling: getUpdates that waits for the next update."""

import asyncio

from telegram_ui.playground.errors import conflict
from telegram_ui.playground.updates import Pending, Updates


class Polling:
    """At most one getUpdates waits; a second one ends the first."""

    def __init__(self, updates: Updates) -> None:
        self._updates = updates
        self._waiting: asyncio.Future[None] | None = None

    @property
    def waiting(self) -> bool:
        return self._waiting is not None

    def interrupt(self) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(
                conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
            )

    def close(self) -> None:
        """Let a waiting call go with nothing: the server is stopping."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    async def wait(self, seconds: float) -> None:
        waiting = self._waiting = asyncio.get_running_loop().create_future()

        def arrived(_update: Pending) -> None:
            if not waiting.done():
                waiting.set_result(None)

        self._updates.listeners.append(arrived)
        try:
            async with asyncio.timeout(seconds):
                await waiting
        except TimeoutError:
            return
        finally:
            self._updates.listeners.remove(arrived)
            self._waiting = None if self._waiting is waiting else self._waiting
