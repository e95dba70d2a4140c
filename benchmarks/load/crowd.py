"""Clients who book by tapping what they are shown: they live beside the playground's server, on its own loop."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from aiogram.filters.callback_data import CallbackData

from telegram_ui.callbacks import (
    Change,
    Confirm,
    GoTo,
    OnBooking,
    PickCategory,
    PickDay,
    PickLocation,
    PickService,
    PickTime,
    Place,
    Step,
    ToStep,
)  # fmt: skip
from telegram_ui.playground import acts
from telegram_ui.playground.server import PlaygroundServer
from telegram_ui.playground.world import Chat, Person

#: What a client goes for, the first that is on the screen: through the calendar to a booking, and out of it again.
_WISHES: tuple[tuple[type[CallbackData], Callable[[Any], bool]], ...] = (
    (OnBooking, lambda wish: wish.change == Change.CANCEL),
    (OnBooking, lambda wish: wish.change == Change.ASK_CANCEL),
    (Confirm, lambda _wish: True),
    (ToStep, lambda wish: wish.step == Step.DAY and not wish.back),
    (PickTime, lambda _wish: True),
    (PickDay, lambda _wish: True),
    (PickService, lambda _wish: True),
    (PickCategory, lambda _wish: True),
    (PickLocation, lambda _wish: True),
    (GoTo, lambda wish: wish.place == Place.BOOK),
)
#: Seconds until a client gives up waiting; an answer that late is a failure.
_PATIENCE = 20.0


@dataclass(slots=True)
class Tally:
    """What a crowd met with. ``waits`` in seconds, from the act (or when it was due) to what the bot made of it."""

    waits: list[float] = field(default_factory=list)
    unanswered: int = 0
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.waits) / self.seconds


@dataclass(frozen=True, slots=True)
class Crowd:
    """``size`` people who have started the bot, with ids from ``first``."""

    server: PlaygroundServer
    size: int
    first: int = 1_000_000

    def people(self) -> tuple[Person, ...]:
        return tuple(
            Person(id=self.first + n, first_name=f"User {n}", username=f"user{n}", language_code="en")
            for n in range(self.size)
        )

    async def act(self, *, seconds: float, rate: float = 0.0, once: bool = False) -> Tally:
        """Everybody acts for so long: at once after each answer, or by the clock, ``rate`` acts a second of all
        together, whatever the bot does. ``once``: one act of everybody.
        """
        tally = Tally()
        began = time.monotonic()
        ends = began + seconds
        pause = self.size / rate if rate else 0.0
        await asyncio.gather(
            *(
                self._live(person, tally, begins=began + pause * n / self.size, ends=ends, pause=pause, once=once)
                for n, person in enumerate(self.people())
            )
        )
        tally.seconds = time.monotonic() - began
        return tally

    async def _live(
        self, person: Person, tally: Tally, *, begins: float, ends: float, pause: float, once: bool
    ) -> None:
        choose = random.Random(person.id)
        where = acts.place(self.server.api, person.id)
        due = begins if pause else time.monotonic()
        while due < ends:
            if (early := due - time.monotonic()) > 0:
                await asyncio.sleep(early)
            before = _screen(where.chat)
            press = self._do(where, choose)
            if await self._answered(where.chat, before, press):
                tally.waits.append(time.monotonic() - due)
            else:
                tally.unanswered += 1
            if once:
                return
            due = due + pause if pause else time.monotonic()

    def _do(self, where: acts.Place, choose: random.Random) -> str:
        """One act; the id of the press, if it was one."""
        for kind, agrees in _WISHES:
            found = [
                (message_id, data)
                for message_id, data in _buttons(where.chat)
                if data.partition(":")[0] == kind.__prefix__ and agrees(kind.unpack(data))
            ]
            if found:
                message_id, data = choose.choice(found)
                done = acts.tap(self.server.api, where, message_id, data=data, label=None, force=False)
                return str(done["callback_query_id"])
        acts.say(self.server.api, where, "/menu")
        return ""

    async def _answered(self, chat: Chat, before: Any, press: str) -> bool:
        """Whether the screen changed, or a toast said something instead."""
        deadline = time.monotonic() + _PATIENCE
        presses = self.server.api.world.presses
        while _screen(chat) == before and not (press and presses[press].text):
            left = deadline - time.monotonic()
            if left <= 0 or not await self.server.api.hub.wait(chat, chat.version, left):
                return False
        return True


def _screen(chat: Chat) -> tuple[int, str, str] | None:
    """What the bot shows last: it changes with every answer."""
    for message_id in reversed(chat.messages):
        message = chat.messages[message_id]
        if message["from"]["is_bot"]:
            return message_id, message.get("text", ""), str(message.get("reply_markup"))
    return None


def _buttons(chat: Chat) -> Iterator[tuple[int, str]]:
    screen = _screen(chat)
    if screen is None:
        return
    for row in chat.messages[screen[0]].get("reply_markup", {}).get("inline_keyboard", []):
        for button in row:
            if "callback_data" in button:
                yield screen[0], button["callback_data"]
