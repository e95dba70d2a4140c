"""One update as handlers see it: who, where, how to call services, and how to answer exactly once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, ParamSpec, Protocol, TypeVar

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message

from bookings.actor import Actor
from bookings.enums import Role
from telegram_ui.callbacks import NEWS
from telegram_ui.drafts import Draft
from telegram_ui.gateway.identity import UserContext
from telegram_ui.menu import MenuController
from telegram_ui.screen import Screen

log = structlog.get_logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

#: Telegram cuts longer texts off a toast.
TOAST_LENGTH = 200
#: Seconds before an answer that failed is tried again: a button must not spin because of one lost packet.
ANSWER_PAUSES = (0.2, 0.8)
#: Seconds. Asked to wait longer, the answer is let go: Telegram forgets a press soon anyway.
LONGEST_WAIT = 2
#: Buttons under notifications begin like this.
_NEWS = tuple(f"{kind.__prefix__}:" for kind in NEWS)


class Run(Protocol):
    """Calls a synchronous service in a database thread."""

    def __call__(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Awaitable[T]: ...


class Outdated(Exception):
    """A button or a word that means nothing any more; the text says so and what is true now is drawn."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


@dataclass(slots=True)
class Turn:
    """``pressed`` is the message whose button was pressed, ``None`` for anything typed. ``said`` goes with whatever is
    shown next without a word of its own.
    """

    bot: Bot
    chat_id: int
    user: UserContext
    actor: Actor
    run: Run
    state: FSMContext
    key: str
    menu: MenuController
    query: CallbackQuery | None = None
    message: Message | None = None
    said: str = ""
    _answered: bool = False
    _rests: bool = False
    _data: dict[str, Any] | None = field(default=None)

    @property
    def pressed(self) -> int | None:
        return self.query.message.message_id if self.query and self.query.message else None

    @property
    def is_admin(self) -> bool:
        return self.user.role == Role.ADMIN

    @property
    def is_staff(self) -> bool:
        return self.is_admin or self.user.specialist_id is not None

    @property
    def answered(self) -> bool:
        return self._answered

    async def answer(self, text: str = "", *, alert: bool = False) -> None:
        """Answer the press, once. What Telegram makes of it must not stop the action: a late answer is refused anyway.

        Words that come after the button was let rest stand in a message of their own.
        """
        if self.query is None or (self._answered and not (self._rests and text)):
            return
        if self._answered:
            self._rests = False
            try:
                await self.bot.send_message(self.chat_id, text, parse_mode=None)
            except TelegramAPIError as error:
                log.info("turn.not_told", error=str(error))
            return
        self._answered = True
        for pause in (*ANSWER_PAUSES, None):
            try:
                await self.query.answer(text[:TOAST_LENGTH] or None, show_alert=alert)
            except TelegramAPIError as error:
                wait = _wait_after(error, pause)
                if wait is None:
                    log.info("turn.not_answered", error=str(error))
                    return
                await asyncio.sleep(wait)
            else:
                return

    async def rest(self) -> None:
        """Stop the button from spinning, while it is not known yet what there will be to say."""
        self._rests = not self._answered
        await self.answer()

    async def show(self, screen: Screen, *, toast: str = "", alert: bool = False, below: bool = False) -> None:
        """Answer the press and draw the screen, both at once.

        ``toast`` that comes too late for the press (it was answered while the work took long), or that answers
        something typed, stands over the screen instead. ``below``: as a new message, though a button was pressed.
        """
        orphan = await self._is_orphan()  # first: while it waits, the button may be let rest
        toast, self.said = toast or self.said, ""
        if toast and screen.text.startswith(toast):
            toast = ""  # the screen says it already
        if toast and (self.query is None or self._answered):
            screen, toast = screen.with_notice(toast), ""
        pressed = None if below else self.pressed
        await asyncio.gather(
            self.answer(toast, alert=alert),
            self.menu.show(screen, pressed=pressed, orphan=orphan),
        )

    async def _is_orphan(self) -> bool:
        """Whether the pressed message is a menu with its buttons still on that the controller knows nothing of."""
        query = self.query
        if query is None or not isinstance(query.message, Message) or (query.data or "").startswith(_NEWS):
            return False
        has_buttons = query.message.reply_markup is not None
        return has_buttons and not await self.menu.is_menu(query.message.message_id)

    async def data(self) -> dict[str, Any]:
        if self._data is None:
            self._data = await self.state.get_data()
        return self._data

    async def draft(self) -> Draft | None:
        return Draft.from_data((await self.data()).get("draft"))

    async def keep(self, *, at: State | None, **values: Any) -> None:
        """Write where the person is and what was chosen, where that changed. A value of ``None`` is removed."""
        data = await self.data()
        merged = {key: value for key, value in {**data, **values}.items() if value is not None}
        if merged != data:
            self._data = merged
            await self.state.set_data(merged)
        wanted = at.state if at else None
        if await self.state.get_state() != wanted:
            await self.state.set_state(at)


def _wait_after(error: TelegramAPIError, pause: float | None) -> float | None:
    """Seconds until the answer is worth trying again, ``None`` where it is not. ``pause``: what is planned, if anything."""
    if pause is None:
        return None
    if isinstance(error, TelegramRetryAfter):
        return error.retry_after if error.retry_after <= LONGEST_WAIT else None
    return pause if isinstance(error, TelegramServerError | TelegramNetworkError) else None
