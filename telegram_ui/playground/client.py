"""A synchronous client of the playground's controls: how tests, chaos runs and benchmarks act as people and look on."""

import http.client
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from telegram_ui.playground.errors import JsonDict

_PATIENCE = 30.0
_ERRORS = 400


class ControlError(Exception):
    """The playground refused: its status and its reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status}: {reason}")
        self.status = status
        self.reason = reason


class PlaygroundClient:
    """Acts as people of a running playground. Waiting methods return as soon as the awaited thing happens and raise
    ``TimeoutError`` that tells what was seen instead.
    """

    def __init__(self, url: str) -> None:
        self._netloc = urlsplit(url).netloc

    def request(self, verb: str, path: str, body: Any = None, /, **query: Any) -> Any:
        """One control call under ``/_control``; raises ``ControlError``."""
        wanted = {name: value for name, value in query.items() if value is not None}
        connection = http.client.HTTPConnection(self._netloc, timeout=90)
        try:
            payload = None if body is None else orjson.dumps(body)
            headers = {"Content-Type": "application/json"} if payload is not None else {}
            connection.request(
                verb, f"/_control{path}" + (f"?{urlencode(wanted)}" if wanted else ""), payload, headers
            )
            response = connection.getresponse()
            answer = orjson.loads(response.read())
        finally:
            connection.close()
        if response.status >= _ERRORS:
            raise ControlError(response.status, str(answer.get("error", answer)))
        return answer

    # Acting

    def say(self, user_id: int, text: str, **given: Any) -> JsonDict:
        """Send a text or a command as a user."""
        return dict(self.request("POST", f"/users/{user_id}/messages", {"text": text, **given}))

    def tap(
        self,
        user_id: int,
        message_id: int,
        *,
        label: str | None = None,
        data: str | None = None,
        force: bool = False,
    ) -> JsonDict:
        """Press an inline button by its label or its data."""
        given = {"message_id": message_id, "label": label, "data": data, "force": force}
        return dict(self.request("POST", f"/users/{user_id}/taps", given))

    def press_keyboard(self, user_id: int, label: str, **given: Any) -> JsonDict:
        """Press a button of the reply keyboard, giving the contact or location it may ask for."""
        return dict(self.request("POST", f"/users/{user_id}/keyboard", {"label": label, **given}))

    def send_contact(self, user_id: int, **given: Any) -> JsonDict:
        return dict(self.request("POST", f"/users/{user_id}/contact", given))

    def send_location(self, user_id: int, latitude: float, longitude: float) -> JsonDict:
        given = {"latitude": latitude, "longitude": longitude}
        return dict(self.request("POST", f"/users/{user_id}/location", given))

    def add_user(self, **given: Any) -> JsonDict:
        return dict(self.request("POST", "/users", given))

    def block(self, user_id: int) -> None:
        self.request("POST", f"/users/{user_id}/block")

    def unblock(self, user_id: int) -> None:
        self.request("POST", f"/users/{user_id}/unblock")

    # Bending the world

    def set_faults(self, **given: Any) -> JsonDict:
        """Put these faults in force and no others."""
        return dict(self.request("PUT", "/faults", given))

    def advance_clock(self, seconds: float) -> None:
        self.request("POST", "/clock", {"advance_seconds": seconds})

    def repeat_update(self, update_id: int | None = None) -> int:
        return int(self.request("POST", "/updates/repeat", {"update_id": update_id})["update_id"])

    def inject_update(self, update: JsonDict) -> int:
        return int(self.request("POST", "/updates", update)["update_id"])

    def reset(self) -> None:
        self.request("POST", "/reset")

    # Looking on

    def chat(self, chat_id: int, after: int | None = None, timeout: float = 0) -> JsonDict:
        """The chat as its person sees it."""
        return dict(self.request("GET", f"/chats/{chat_id}", after=after, timeout=timeout))

    def wait_chat(self, chat_id: int, until: Callable[[JsonDict], Any], timeout: float = _PATIENCE) -> JsonDict:
        """Wait until ``until(chat)`` holds; returns the chat."""
        deadline = time.monotonic() + timeout
        chat = self.chat(chat_id)
        while not until(chat):
            left = deadline - time.monotonic()
            if left <= 0:
                seen = [(m["from_bot"], m["text"]) for m in chat["messages"][-5:]]
                raise TimeoutError(f"chat {chat_id} did not come to what was awaited; its last messages: {seen}")
            chat = self.chat(chat_id, after=chat["version"], timeout=left)
        return chat

    def wait_message(
        self, chat_id: int, *, after: int = 0, contains: str = "", timeout: float = _PATIENCE
    ) -> JsonDict:
        """The newest message of the bot with an id above ``after`` whose text contains ``contains``."""

        def found(chat: JsonDict) -> list[JsonDict]:
            return [
                m for m in chat["messages"]
                if m["from_bot"] and m["message_id"] > after and contains in m["text"]
            ]  # fmt: skip

        return found(self.wait_chat(chat_id, found, timeout))[-1]

    def wait_answer(self, callback_query_id: str, timeout: float = _PATIENCE) -> JsonDict:
        """Wait until the bot has answered a press; returns the press with ``text`` and ``show_alert``."""
        press = dict(self.request("GET", f"/presses/{callback_query_id}", timeout=timeout))
        if not press["answered"]:
            raise TimeoutError(f"the press of {press['data']!r} was not answered within {timeout} s")
        return press

    def calls(self, method: str | None = None, **query: Any) -> list[JsonDict]:
        """Recorded calls, oldest first; see ``GET /_control/calls``."""
        return list(self.request("GET", "/calls", method=method, **query)["calls"])

    def wait_calls(
        self, count: int, method: str | None = None, timeout: float = _PATIENCE, **query: Any
    ) -> list[JsonDict]:
        """Wait until at least ``count`` such calls have ended."""
        deadline = time.monotonic() + timeout
        found = self.calls(method, limit=10_000, **query)
        while len(found) < count:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"{len(found)} of {count} calls came within {timeout} s")
            last = found[-1]["number"] if found else int(query.get("after", 0))
            found += self.calls(method, limit=10_000, timeout=left, **{**query, "after": last})
        return found

    def stats(self) -> JsonDict:
        return dict(self.request("GET", "/stats"))
