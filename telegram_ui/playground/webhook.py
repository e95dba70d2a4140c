"""Webhook delivery as Telegram does it: parallel over queues, in order within one, again until it is accepted."""

import asyncio
import random
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass

import aiohttp

from telegram_ui.playground.clock import Clock
from telegram_ui.playground.errors import JsonDict
from telegram_ui.playground.updates import Pending, Updates

MAX_CONNECTIONS = 40
_MAX_PAUSE = 60
_GONE = 410
_TIMEOUT = aiohttp.ClientTimeout(total=60, connect=10)


@dataclass(frozen=True, slots=True)
class WebhookConfig:
    url: str
    secret_token: str = ""
    max_connections: int = MAX_CONNECTIONS
    allowed_updates: tuple[str, ...] | None = None

    def as_json(self) -> JsonDict:
        return asdict(self)


class Webhook:
    """Delivers pending updates while a webhook is set.

    ``pause_unit`` is the length in seconds of what is one second at Telegram, so that tests of the growing pauses
    (at once, 2, 4, 8 … up to 60–120) run in milliseconds.
    """

    def __init__(self, updates: Updates, clock: Clock, *, pause_unit: float = 1.0) -> None:
        self._updates = updates
        self._clock = clock
        self._pause_unit = pause_unit
        self._queues: dict[str, deque[Pending]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._slots = asyncio.Semaphore(MAX_CONNECTIONS)
        self._ending: asyncio.Task[None] | None = None
        self.config: WebhookConfig | None = None
        #: Called after each change of the configuration.
        self.changed: Callable[[WebhookConfig | None], None] = lambda _config: None
        self.last_error: tuple[float, str] | None = None
        updates.listeners.append(self._on_update)

    async def set(self, config: WebhookConfig | None) -> None:
        """Start, change or end delivery; what is pending is tried at once."""
        await self._stop()
        self.config = config
        self.last_error = None
        allowed = config.allowed_updates if config else None
        self._updates.allowed = frozenset(allowed) if allowed else None
        self.changed(config)
        if config is None:
            return
        self._slots = asyncio.Semaphore(config.max_connections)
        connector = aiohttp.TCPConnector(limit=0, force_close=False)
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=_TIMEOUT, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
        )
        for update in list(self._updates.pending.values()):
            self._on_update(update)

    async def close(self) -> None:
        """End delivery; the configuration and what is pending stay."""
        await self._stop()

    async def _stop(self) -> None:
        tasks, self._tasks = self._tasks, set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._queues.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _on_update(self, update: Pending) -> None:
        if self._session is None:
            return
        queue = self._queues.get(update.queue)
        if queue is not None:
            queue.append(update)
            return
        self._queues[update.queue] = deque([update])
        task = asyncio.get_running_loop().create_task(self._drain(update.queue))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, name: str) -> None:
        queue = self._queues[name]
        while queue:
            await self._deliver(queue[0])
            queue.popleft()
        del self._queues[name]

    async def _deliver(self, update: Pending) -> None:
        pause, failures = 1, 0
        while update.number in self._updates.pending:
            if self._updates.expired(update):
                self._updates.done(update)
                return
            async with self._slots:
                status, error = await self._post(update)
            if error is None:
                self._updates.done(update)
                return
            self.last_error = (self._clock.now(), error)
            if status == _GONE:
                # Not from within this task: ending delivery cancels it.
                self._ending = asyncio.get_running_loop().create_task(self.set(None))
                await asyncio.get_running_loop().create_future()
            if failures:
                pause = min(pause * 2, random.randint(_MAX_PAUSE, 2 * _MAX_PAUSE))  # noqa: S311 - spread, not secrecy
                await asyncio.sleep(pause * self._pause_unit)
            failures += 1

    async def _post(self, update: Pending) -> tuple[int, str | None]:
        if self.config is None or self._session is None:
            return 0, "Webhook was removed"
        headers = {"Content-Type": "application/json"}
        if self.config.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.config.secret_token
        try:
            async with self._session.post(
                self.config.url, data=update.body, headers=headers, allow_redirects=False
            ) as response:
                await response.read()
                if 200 <= response.status < 300:  # noqa: PLR2004 - the success class
                    return response.status, None
                return response.status, f"Wrong response from the webhook: {response.status} {response.reason}"
        except aiohttp.ClientConnectorError:
            return 0, "Connection refused"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return 0, f"Connection failed: {type(error).__name__}"

    def info(self) -> JsonDict:
        """The answer to getWebhookInfo."""
        config = self.config
        info: JsonDict = {
            "url": config.url if config else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
        }
        if config:
            info |= {"max_connections": config.max_connections, "ip_address": "127.0.0.1"}
            if config.allowed_updates:
                info["allowed_updates"] = list(config.allowed_updates)
        if self.last_error:
            info |= {"last_error_date": int(self.last_error[0]), "last_error_message": self.last_error[1]}
        return info
