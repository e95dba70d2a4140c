"""A Bot API that accepts everything and remembers it: just enough to watch what the pipeline sends."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class FakeBotApi:
    """``calls`` are (method, form) in order of arrival. ``url`` is for TELEGRAM_API_URL."""

    delay: float = 0.0
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    url: str = ""
    #: method name → Bot API error (code, description) to answer with
    errors: dict[str, tuple[int, str]] = field(default_factory=dict)
    _runner: web.AppRunner | None = None
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def wait_calls(self, count: int, *, within: float = 60.0) -> None:
        """Return when ``count`` calls have arrived in all."""
        async with asyncio.timeout(within):
            while len(self.calls) < count:
                self._arrived.clear()
                await self._arrived.wait()

    def texts(self, chat_id: int) -> list[str]:
        """Texts sent to a chat, in order."""
        return [
            form["text"]
            for method, form in self.calls
            if method == "sendMessage" and form["chat_id"] == str(chat_id)
        ]

    async def _answer(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        method = request.match_info["method"]
        self.calls.append((method, form))
        self._arrived.set()
        if self.delay:
            await asyncio.sleep(self.delay)
        if method in self.errors:
            code, description = self.errors[method]
            return web.json_response({"ok": False, "error_code": code, "description": description}, status=code)
        return web.json_response({"ok": True, "result": self._result(method, form)})

    def _result(self, method: str, form: dict[str, Any]) -> Any:
        if method == "getMe":
            return {"id": 1, "is_bot": True, "first_name": "Bot", "username": "booking_bot"}
        if method != "sendMessage":
            return True
        chat_id = int(form["chat_id"])
        return {
            "message_id": len(self.calls),
            "date": int(time.time()),
            "chat": {"id": chat_id, "type": "private"},
            "text": form["text"],
        }
