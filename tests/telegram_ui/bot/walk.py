"""A person in a chat with the bot: taps and words go through a real Bot API server, the dispatcher and the database.

Everything that changes in the chat is written down as text, so that a walk can be read, and kept, like a script.
"""

import asyncio
import os
from pathlib import Path
from typing import Any

from bookings.services.users import register_telegram_user
from telegram_ui.envelope import Envelope
from telegram_ui.gateway.identity import UserContext
from telegram_ui.playground.client import PlaygroundClient
from telegram_ui.playground.server import PlaygroundServer
from telegram_ui.runtime import Runtime

GOLDEN = Path(__file__).parent.parent / "golden"
#: Set it to write the golden files anew; read the difference before committing it.
REGENERATE = "UPDATE_GOLDEN"

Json = dict[str, Any]


class Walk:
    """``taps`` counts presses of inline buttons. ``script`` is what a reader of the chat saw, line by line."""

    def __init__(self, server: PlaygroundServer, runtime: Runtime, tg_id: int) -> None:
        self.server = server
        self.runtime = runtime
        self.tg_id = tg_id
        self.client = PlaygroundClient(server.url)
        self.taps = 0
        self.script: list[str] = []
        self._seen: dict[int, Json] = {}
        self._keyboard: list[str] = []
        self._offset = 0
        self._mark = 0
        self._last_call = 0

    # Acting

    async def say(self, text: str) -> None:
        self._act(f"» {text}")
        await asyncio.to_thread(self.client.say, self.tg_id, text)
        await self.settle()

    async def press(self, label: str, **given: Any) -> None:
        """Press a button of the reply keyboard."""
        self._act(f"» [{label}]")
        await asyncio.to_thread(self.client.press_keyboard, self.tg_id, label, **given)
        await self.settle()

    async def tap(self, label: str, *, message: Json | None = None) -> str:
        """Tap the inline button that bears ``label`` (its beginning suffices) on the newest message that has it.

        Returns the toast.
        """
        target, button = await self._button(label, message)
        self.taps += 1
        self._act(f"• tap [{button['text']}]")
        return await self.tap_data(target["message_id"], button["callback_data"])

    async def tap_data(self, message_id: int, data: str, *, twice: bool = False) -> str:
        """Press ``data`` on that message even where the button is gone by now, as a slow phone would."""
        presses = []
        for _number in range(2 if twice else 1):
            tapped = await asyncio.to_thread(self.client.tap, self.tg_id, message_id, data=data, force=True)
            presses.append(tapped["callback_query_id"])
        answers = await self.settle()
        for press in presses:
            assert answers.count(press) == 1, f"the press of {data} was answered {answers.count(press)} times"
        shown = await asyncio.to_thread(self.client.wait_answer, presses[-1])
        toast = str(shown["text"])
        if toast:
            self.script.insert(self._mark, f"  ({toast})")
        return toast

    async def data_of(self, label: str) -> tuple[int, str]:
        """Message and data of a button, to be pressed when it is out of date."""
        target, button = await self._button(label, None)
        return target["message_id"], button["callback_data"]

    async def settle(self) -> list[str]:
        """Hand what was done to the bot and write down what changed. Returns ids of the presses that were answered."""
        self._mark = len(self.script)
        for update in await self.runtime.bot.get_updates(timeout=0, offset=self._offset):
            raw = update.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)
            self._offset = update.update_id + 1
            await self.runtime.process(await self._envelope(raw))
        self._write_down(await self.chat())
        answers = await asyncio.to_thread(
            self.client.calls, "answerCallbackQuery", limit=10_000, after=self._last_call
        )
        self._last_call = max([self._last_call, *(call["number"] for call in answers)])
        return [str(call["params"]["callback_query_id"]) for call in answers]

    async def _envelope(self, raw: Json) -> Envelope:
        event = next(value for key, value in raw.items() if key != "update_id")
        person = event["from"]
        card = await self.runtime.threads.run(
            register_telegram_user,
            tg_id=person["id"],
            first_name=person["first_name"],
            last_name=person.get("last_name", ""),
            username=person.get("username", ""),
            language_code=person.get("language_code", ""),
        )
        user = UserContext(
            user_id=card.id,
            tg_id=person["id"],
            role=card.role,
            language=card.language,
            is_banned=card.is_banned,
            specialist_id=card.specialist_id,
        )
        return Envelope(trace_id="t" * 16, update=raw, user_context=user)

    # Looking

    async def chat(self) -> Json:
        return await asyncio.to_thread(self.client.chat, self.tg_id)

    async def bot_messages(self) -> list[Json]:
        return [message for message in (await self.chat())["messages"] if message["from_bot"]]

    async def screen(self) -> Json:
        """The newest message with inline buttons: there is one at most."""
        live = [message for message in await self.bot_messages() if message["inline_keyboard"]]
        assert len(live) <= 1, f"{len(live)} messages have buttons"
        assert live, "no message has buttons"
        return live[0]

    async def labels(self) -> list[str]:
        return [button["text"] for row in (await self.screen())["inline_keyboard"] for button in row]

    async def _button(self, label: str, message: Json | None) -> tuple[Json, Json]:
        candidates = [message] if message else list(reversed(await self.bot_messages()))
        for candidate in candidates:
            for row in candidate["inline_keyboard"]:
                for button in row:
                    if button["text"].startswith(label):
                        return candidate, button
        raise AssertionError(f"no button begins with {label!r}; there are {await self.labels()}")

    # Writing down

    def _act(self, line: str) -> None:
        self.script += ["", line]

    def _write_down(self, chat: Json) -> None:
        messages = {message["message_id"]: message for message in chat["messages"] if message["from_bot"]}
        for message_id, old in self._seen.items():
            new = messages.get(message_id)
            if new is None:
                self.script.append(f"  – deleted: {_first_line(old)}")
            elif new["text"] == old["text"] and old["inline_keyboard"] and not new["inline_keyboard"]:
                self.script.append(f"  – buttons gone: {_first_line(old)}")
        for message_id, new in messages.items():
            before = self._seen.get(message_id)
            same = before is not None and _shape(before) == _shape(new)
            stripped = before is not None and before["text"] == new["text"] and not new["inline_keyboard"]
            if not same and not stripped:
                self.script += _drawn(new, edited=before is not None)
        keyboard = (chat.get("reply_keyboard") or {}).get("keyboard", [])
        rows = [" ".join(f"[{button['text']}]" for button in row) for row in keyboard]
        if rows != self._keyboard and rows:
            self.script += ["  ⌨ " + " / ".join(rows)]
        self._keyboard = rows
        self._seen = messages

    def check(self, name: str) -> None:
        """Compare the script with the golden file ``name``, or write it where ``UPDATE_GOLDEN`` is set."""
        path = GOLDEN / f"{name}.txt"
        text = "\n".join(self.script).strip() + "\n"
        if os.environ.get(REGENERATE):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        assert path.exists(), f"no golden file {path.name}; run with {REGENERATE}=1"
        assert text == path.read_text()


def _shape(message: Json) -> tuple[Any, ...]:
    return message["html"], str(message["inline_keyboard"])


def _first_line(message: Json) -> str:
    return str(message["text"]).splitlines()[0]


def _drawn(message: Json, *, edited: bool) -> list[str]:
    head = "  ┌ (same message)" if edited else "  ┌"
    lines = [f"  │ {line}".rstrip() for line in str(message["text"]).splitlines()]
    rows = ["  │ " + " ".join(f"[{button['text']}]" for button in row) for row in message["inline_keyboard"]]
    return [head, *lines, *rows, "  └"]
