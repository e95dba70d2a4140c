"""A person in a chat with the bot: taps and words go through a real Bot API server, the dispatcher and the database.

Everything that changes in the chat is written down as text, so that a walk can be read, and kept, like a script.
"""

import asyncio
import os
from pathlib import Path
from typing import Any

from django.utils.translation import gettext, override

from telegram_ui.envelope import Envelope
from telegram_ui.gateway.identity import identify
from telegram_ui.playground import acts
from telegram_ui.playground.client import PlaygroundClient
from telegram_ui.playground.server import PlaygroundServer
from telegram_ui.runtime import Runtime

GOLDEN = Path(__file__).parent.parent / "golden"
#: Set it to write the golden files anew; read the difference before committing it.
REGENERATE = "UPDATE_GOLDEN"

Json = dict[str, Any]

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000000000200015e6f7f860000000049454e44ae426082"
)

#: Names of the salon, which no catalogue of texts knows.
NAMES = {
    "Haircut": "Стрижка", "Colouring": "Окрашивание", "Manicure": "Маникюр", "Maria": "Мария", "Kate": "Катя",
    "Spring": "Весна", "Pokrovka": "На Покровке", "Arbat": "На Арбате", "Hair": "Волосы", "Nails": "Ногти", "Mo": "Пн", "Tu": "Вт", "English": "English",
}  # fmt: skip


class Walk:
    """``taps`` counts presses of inline buttons. ``script`` is what a reader of the chat saw, line by line."""

    def __init__(self, server: PlaygroundServer, runtime: Runtime, tg_id: int, language: str) -> None:
        self.server = server
        self.runtime = runtime
        self.tg_id = tg_id
        self.language = language
        self.client = PlaygroundClient(server.url)
        self.taps = 0
        self.script: list[str] = []
        self._seen: dict[int, Json] = {}
        self._keyboard: list[str] = []
        self._offset = 0
        self._mark = 0
        self._last_call = 0

    # Acting

    async def say(self, text: str, *, shown: str = "") -> None:
        """``shown`` stands in the script instead of the text, where that has ids in it."""
        self._act(f"» {shown or text}")
        await asyncio.to_thread(self.client.say, self.tg_id, text)
        await self.settle()

    def word(self, text: str) -> str:
        """A text of the bot or a name of the salon in the language of the walk, from English."""
        if self.language == "en":
            return text
        with override(self.language):
            return NAMES.get(text) or gettext(text)

    async def press(self, text: str, **given: Any) -> None:
        """Press a button of the reply keyboard."""
        label = self.word(text)
        self._act(f"» [{label}]")
        await asyncio.to_thread(self.client.press_keyboard, self.tg_id, label, **given)
        await self.settle()

    async def tap(self, *text: str, message: Json | None = None) -> str:
        """Tap the inline button with that label on the newest message that has one, and return the toast.

        ``text`` is English, each part a text of its own; the beginning of a label suffices.
        """
        target, button = await self._button("".join(map(self.word, text)), message)
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

    async def data_of(self, *text: str) -> tuple[int, str]:
        """Message and data of a button, to be pressed when it is out of date."""
        target, button = await self._button("".join(map(self.word, text)), None)
        return target["message_id"], button["callback_data"]

    async def location(self, latitude: float, longitude: float) -> None:
        self._act("» (a place on the map)")
        await asyncio.to_thread(self.client.send_location, self.tg_id, latitude, longitude)
        await self.settle()

    async def photo(self, caption: str = "", *, content: bytes = PIXEL, as_file: bool = False) -> None:
        """A picture, of one pixel unless another is given, as a photo or as a file."""
        self._act(f"» (a photo{', as a file' if as_file else ''}) {caption}".rstrip())
        api = self.server.api
        stored = api.files.add(content, "photo.png", "image/png", photo=not as_file)
        acts.send_file(api, acts.place(api, self.tg_id), stored, caption, photo=not as_file)
        await self.settle()

    async def contact_of(self, user_id: int) -> None:
        """Share somebody's contact."""
        self._act("» (a contact)")
        await asyncio.to_thread(self.client.request, "POST", f"/users/{self.tg_id}/contact", {"user_id": user_id})
        await self.settle()

    async def tap_unanswerable(self, message_id: int, data: str) -> None:
        """Press a button while Telegram takes no answers to presses."""
        rule = {"kind": "server_error", "methods": ["answerCallbackQuery"]}
        await asyncio.to_thread(self.client.set_faults, rules=[rule])
        await asyncio.to_thread(self.client.tap, self.tg_id, message_id, data=data)
        await self.settle()

    async def refuse(self, method: str) -> None:
        """Telegram fails at that method from now on."""
        rule = {"kind": "server_error", "methods": [method]}
        await asyncio.to_thread(self.client.set_faults, rules=[rule])

    async def tap_while(self, message_id: int, data: str, **fault: Any) -> str | None:
        """Press a button while answers to presses fail as ``fault`` says; the toast, ``None`` where none arrived."""
        await asyncio.to_thread(self.client.set_faults, rules=[{"methods": ["answerCallbackQuery"], **fault}])
        tapped = await asyncio.to_thread(self.client.tap, self.tg_id, message_id, data=data)
        await self.settle()
        try:
            shown = await asyncio.to_thread(self.client.wait_answer, tapped["callback_query_id"], 0)
        except TimeoutError:
            return None
        return str(shown["text"] or "")

    async def tap_and_block(self, message_id: int, data: str) -> None:
        """Press a button and block the bot before it answers."""
        await asyncio.to_thread(self.client.tap, self.tg_id, message_id, data=data)
        self.server.api.world.people[self.tg_id].blocked = True
        await self.settle()

    async def group(self, title: str) -> int:
        """A group with this person and the bot in it."""
        made = await asyncio.to_thread(
            self.client.request, "POST", "/groups", {"title": title, "members": [self.tg_id]}
        )
        await self.settle()
        return int(made["chat_id"])

    async def say_in(self, chat_id: int, text: str) -> None:
        await asyncio.to_thread(self.client.say, self.tg_id, text, chat_id=chat_id)
        await self.settle()

    async def bot_messages_in(self, chat_id: int) -> list[Json]:
        chat = await asyncio.to_thread(self.client.chat, chat_id)
        return [message for message in chat["messages"] if message["from_bot"] and message["kind"] == "text"]

    async def stale(self, message_id: int, data: str) -> str:
        """Press a button that was there a while ago; returns the toast."""
        self._act("• tap a button from before")
        return await self.tap_data(message_id, data)

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
        user = await self.runtime.threads.run(identify, event["from"])
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

    async def labels_of_menu(self) -> list[str]:
        """Buttons of the newest message, whatever else has buttons (news may)."""
        newest = (await self.bot_messages())[-1]
        return [button["text"] for row in newest["inline_keyboard"] for button in row]

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
        keyboard = ((chat["keyboard"] or {}).get("markup") or {}).get("keyboard", [])
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
    if message["kind"] == "photo":
        lines.insert(0, "  │ (a picture)")
    rows = ["  │ " + " ".join(f"[{button['text']}]" for button in row) for row in message["inline_keyboard"]]
    return [head, *lines, *rows, "  └"]
