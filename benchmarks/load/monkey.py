"""People who do anything at all: they press buttons new, old and foreign, type nonsense, share, send files, go and return."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from telegram_ui.playground import acts
from telegram_ui.playground.server import PlaygroundServer
from telegram_ui.playground.world import Chat, Press

#: Seconds until silence is silence.
_PATIENCE = 30.0
_WORDS = (
    "завтра в 15", "next friday", "25.12", "31.02", "18:30", "24:61", "послезавтра", "Стрижка", "haircut", "Анна",
    "<b>bold</b>", "</i>&amp;<a href='x'>", "'; DROP TABLE bookings_booking; --", "😀" * 50, "x" * 4096, "٣", "0", "-1",
    "+7 999 123-45-67", "хочу записаться", "отмена", "‹ Назад", "☰ Меню", "📅 Записаться", "📅 Book a visit", "\u202eabc",
    "SALE10", "null", "{user.id}", "%s %d", "да", "no", "??",
)  # fmt: skip
_COMMANDS = (
    "/start", "/menu", "/book", "/bookings", "/cancel", "/profile", "/language", "/about", "/help", "/today", "/tomorrow",
    "/week", "/nothing", "/start book_1", "/start book_999999", "/start loc_1", "/start loc_x", "/start invite_nothing",
    "/start resched_1", "/start " + "a" * 64,
)  # fmt: skip
_GARBAGE = (
    "",
    "x",
    "b:1:1:cancel",
    "b:-1:0:open",
    "y:aaaaaaaa",
    "t:aaaaaaaa:99999999999",
    "n:booking.done:1",
    "🙂" * 16,
)


@dataclass(slots=True)
class Diary:
    """What was done and what came of it."""

    acts: int = 0
    unanswered: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Monkey:
    """One person; ``seen`` is every button any monkey was ever shown."""

    server: PlaygroundServer
    person_id: int
    seen: list[str]
    diary: Diary
    choose: random.Random

    async def live(self, acts_left: int) -> None:
        """Act so many times, mostly waiting for what comes of it."""
        for _number in range(acts_left):
            await self._one()
            self.diary.acts += 1

    async def _one(self) -> None:
        chosen: Callable[[acts.Place], list[Press] | None] = self.choose.choices(
            [self._press, self._press_old, self._press_foreign, self._type, self._share, self._leave],
            weights=[60, 10, 6, 16, 5, 1],
        )[0]
        where = acts.place(self.server.api, self.person_id)
        before = where.chat.version
        try:
            presses = chosen(where)
        except acts.ActError:
            return  # Telegram itself would not let them
        if presses is None:
            return
        if not presses:
            await self._answered(where.chat, lambda: _bot_spoke(where.chat, before), chosen.__name__)
        for press in presses:
            await self._answered(where.chat, lambda press=press: press.answered, f"{press.data!r}")  # type: ignore[misc]

    async def _answered(self, chat: Chat, done: Callable[[], bool], what: str) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _PATIENCE
        while not done():
            left = deadline - loop.time()
            if left <= 0 or not await self.server.api.hub.wait(chat, chat.version, left):
                self.diary.unanswered.append(f"{self.person_id}: {what}")
                return

    def _press(self, where: acts.Place) -> list[Press]:
        """A button of the newest message that has some, sometimes twice."""
        for message_id in reversed(where.chat.messages):
            data = _data(where.chat, message_id)
            if data:
                self.seen += data
                del self.seen[:-5000]
                chosen = self.choose.choice(data)
                times = 2 if self.choose.random() < 0.1 else 1
                return [self._tap(where, message_id, chosen) for _time in range(times)]
        return self._type(where)

    def _press_old(self, where: acts.Place) -> list[Press]:
        """Any button of any message, as a client that has not refreshed would."""
        message_id = self.choose.choice(list(where.chat.messages) or [1])
        data = _data(where.chat, message_id) or _GARBAGE[1:]
        return [self._tap(where, message_id, self.choose.choice(data))]

    def _press_foreign(self, where: acts.Place) -> list[Press]:
        """What somebody else was shown, or nobody ever."""
        data = self.choose.choice([*self.seen[-50:], *_GARBAGE[1:]])
        message_id = self.choose.choice(list(where.chat.messages) or [1])
        return [self._tap(where, message_id, data)]

    def _tap(self, where: acts.Place, message_id: int, data: str) -> Press:
        done = acts.tap(self.server.api, where, message_id, data=data, label=None, force=True)
        return self.server.api.world.presses[done["callback_query_id"]]

    def _type(self, where: acts.Place) -> list[Press]:
        acts.say(self.server.api, where, self.choose.choice(_WORDS if self.choose.random() < 0.6 else _COMMANDS))
        return []

    def _share(self, where: acts.Place) -> list[Press]:
        if self.choose.random() < 0.5:
            acts.share_location(
                self.server.api, where, self.choose.uniform(-90, 90), self.choose.uniform(-180, 180)
            )
        else:
            acts.share_contact(
                self.server.api, where, self.choose.choice([{}, {"user_id": 1, "phone_number": "+1"}])
            )
        return []

    def _leave(self, where: acts.Place) -> None:
        """Block the bot and let it in again."""
        acts.set_blocked(self.server.api, where.person, blocked=True)
        acts.set_blocked(self.server.api, where.person, blocked=False)


def _data(chat: Chat, message_id: int) -> list[str]:
    rows = chat.messages[message_id].get("reply_markup", {}).get("inline_keyboard", []) if chat.messages else []
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


def _bot_spoke(chat: Chat, since: int) -> bool:
    """Whether the last word is the bot's: what a person sent is followed by something."""
    last = next(reversed(chat.messages.values()), None)
    return chat.version > since and last is not None and bool(last["from"]["is_bot"])


def texts_shown(server: PlaygroundServer, chat_ids: Sequence[int]) -> dict[int, str]:
    """All that the bot ever wrote in each chat and is still there, with its buttons, as one text."""
    return {
        chat_id: "\n".join(
            str(message)
            for message in server.api.world.chats[chat_id].messages.values()
            if message["from"]["is_bot"]
        )
        for chat_id in chat_ids
    }
