"""Tells watchers (the page, waiting tests) what changed in a chat, at once."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from telegram_ui.playground.errors import JsonDict
from telegram_ui.playground.world import Chat

_BACKLOG = 500


@dataclass(eq=False)
class Subscriber:
    """``chats=None`` hears everything. ``events`` ends with ``None`` when the reader fell too far behind."""

    chats: frozenset[int] | None
    events: "asyncio.Queue[JsonDict | None]" = field(default_factory=asyncio.Queue)


class Hub:
    def __init__(self) -> None:
        self.subscribers: set[Subscriber] = set()
        self.closed = False

    def changed(self, chat: Chat, kind: str, **event: object) -> None:
        """Count a change of ``chat`` and tell whoever waits for one."""
        chat.version += 1
        if chat.waiters:
            waiters, chat.waiters = chat.waiters, []
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_result(None)
        if self.subscribers:
            self._send({"type": kind, "chat_id": chat.id, "version": chat.version, **event}, chat.id)

    def announce(self, kind: str, **event: object) -> None:
        """Tell every page of a change that belongs to no chat."""
        self._send({"type": kind, **event}, None)

    def _send(self, event: JsonDict, chat_id: int | None) -> None:
        for subscriber in list(self.subscribers):
            if chat_id is not None and subscriber.chats is not None and chat_id not in subscriber.chats:
                continue
            if subscriber.events.qsize() >= _BACKLOG:
                self.subscribers.discard(subscriber)
                subscriber.events.put_nowait(None)
            else:
                subscriber.events.put_nowait(event)

    def close(self, chats: Iterable[Chat]) -> None:
        """Let everybody go who waits: the server is stopping."""
        self.closed = True
        for subscriber in self.subscribers:
            subscriber.events.put_nowait(None)
        for chat in chats:
            for waiter in chat.waiters:
                if not waiter.done():
                    waiter.set_result(None)

    async def wait(self, chat: Chat, after: int, timeout: float) -> bool:  # noqa: ASYNC109 - a long poll's own limit
        """Wait until ``chat`` has changed past version ``after``; ``False`` when the time ran out first."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while chat.version <= after:
            waiter = loop.create_future()
            chat.waiters.append(waiter)
            try:
                async with asyncio.timeout_at(deadline):
                    await waiter
            except TimeoutError:
                return False
            finally:
                if waiter in chat.waiters:
                    chat.waiters.remove(waiter)
            if self.closed:
                return False
        return True
