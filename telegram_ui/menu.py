"""MenuController: one live menu in a chat.

Three keys, each a small JSON string with a TTL:

- ``tg:menu:{chat}``: the message that brought the reply keyboard, and its language and shape (the anchor);
- ``tg:inline:{chat}``: messages that still carry inline buttons, and whether their text is to stay: normally the live one alone;
- ``tg:current_menu:{chat}``: the live message, the name of its screen, whether it is a picture, and what its buttons for
  yes, no and back carry.

Moving on edits the live message in place. Where that cannot be (it was deleted, is too old, is a picture that gives way to
a text, or scrolled away above something the person typed), a new one is sent first and the old one is cleared afterwards, so that a chat is never
left without buttons. A process killed between the two leaves an old keyboard behind: its buttons name their draft or
version, so a press on it is answered with what is true now.
"""

import asyncio
import json
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import InputMediaPhoto, ReplyKeyboardMarkup
from redis.asyncio import Redis

from booking_site.lib import clock
from telegram_ui.keyboards.answers import BACK, sayable
from telegram_ui.known_pictures import KnownPictures, PictureGone
from telegram_ui.screen import Screen

log = structlog.get_logger(__name__)

#: Seconds. Longer than a person is likely to be away between two visits; afterwards a new menu is simply sent.
TTL = 90 * 24 * 3600
#: Messages remembered for clearing; what Telegram refuses to clear again and again falls out of the list.
MAX_INLINE = 5
#: Seconds in which words answer a question. Later they may answer something else that has come in between.
FRESH = 15 * 60


@dataclass(slots=True)
class MenuState:
    anchor: str = ""
    inline: dict[int, bool] = field(default_factory=dict)
    live: int | None = None
    name: str = ""
    is_picture: bool = False
    #: What buttons of the live message carry, by what can be said instead, and when it was drawn (Unix seconds).
    sayable: dict[str, str] = field(default_factory=dict)
    drawn_at: int = 0


def keys(chat_id: int) -> tuple[str, str, str]:
    return f"tg:menu:{chat_id}", f"tg:inline:{chat_id}", f"tg:current_menu:{chat_id}"


def _current(state: MenuState) -> dict[str, Any]:
    told: dict[str, Any] = {"id": state.live, "name": state.name}
    if state.is_picture:
        told["picture"] = True
    if state.sayable:
        told |= {"said": state.sayable, "at": state.drawn_at}
    return told


class MenuController:
    """Of one chat, for one update: updates of a chat are handled one at a time, so nothing here needs a lock."""

    def __init__(self, *, bot: Bot, redis: Redis, chat_id: int) -> None:
        self._bot = bot
        self._redis = redis
        self._chat_id = chat_id
        self._pictures = KnownPictures(redis, bot_id=bot.id)
        self._state: MenuState | None = None
        self._written: dict[str, str] = {}

    async def show(self, screen: Screen, *, pressed: int | None = None, orphan: bool = False) -> None:
        """Make ``screen`` the live menu.

        ``pressed``: the message whose button led here. If it is one of ours it becomes the live one, also an
        ``orphan``: a menu that nobody remembers, because the answer that told its id got lost or Redis was emptied.
        Anything else (news with a button) keeps its text and loses its buttons. Without it (something was typed) the
        menu goes below what was typed. A person who has blocked the bot is not an error: nobody is there to see it.

        Raises TelegramAPIError when Telegram cannot be reached or asks to wait.
        """
        state = await self._load()
        try:
            try:
                shown = await self._put(state, screen, pressed, orphan=orphan)
            except PictureGone:  # words and buttons are what a screen is about
                screen = replace(screen, picture=None)
                shown = await self._put(state, screen, pressed, orphan=orphan)
        except TelegramForbiddenError:
            log.info("menu.chat_closed", chat_id=self._chat_id)
            return
        known = state.inline if pressed is None else {pressed: True, **state.inline}
        state.live, state.name, state.is_picture = shown, screen.name, screen.picture is not None
        state.sayable, state.drawn_at = sayable(screen), int(clock.now().timestamp())
        await self._settle(state, known, shown, {shown: screen.keep} if screen.keyboard else {})

    async def _settle(self, state: MenuState, known: dict[int, bool], shown: int, new: dict[int, bool]) -> None:
        """Write down what is there now, then clear what is ``known`` beside the message that was ``shown``."""
        stale = {message_id: keep for message_id, keep in known.items() if message_id != shown}
        state.inline = {**stale, **new}
        await self._save(state)
        if stale:
            cleared = await asyncio.gather(
                *(self._clear(message_id, keep=keep) for message_id, keep in stale.items())
            )
            for message_id, gone in zip(stale, cleared, strict=True):
                if gone:
                    state.inline.pop(message_id, None)
            await self._save(state)

    async def _put(self, state: MenuState, screen: Screen, pressed: int | None, *, orphan: bool) -> int:
        """In place where that can be, else anew. The message's id."""
        if pressed is not None and (orphan or self._may_become(state, pressed, screen)):
            edited = await self._edit(pressed, screen)
            if edited is not None:
                return edited
        return await self._send(screen)

    @staticmethod
    def _may_become(state: MenuState, message_id: int, screen: Screen) -> bool:
        """A receipt stays as it is, except to be drawn once more. A picture never becomes a text: Telegram refuses."""
        if message_id == state.live and state.is_picture and screen.picture is None:
            return False
        return message_id in state.inline and (not state.inline[message_id] or screen.name == state.name)

    @property
    def redis(self) -> Redis:
        """For what else a chat keeps there."""
        return self._redis

    async def live(self) -> tuple[int | None, str]:
        """The live message and the name of its screen."""
        state = await self._load()
        return state.live, state.name

    async def sayable(self, said: str) -> str:
        """What the button of the live message carries that ``said`` means, "" for none, or not any more."""
        state = await self._load()
        if said != BACK and clock.now().timestamp() - state.drawn_at > FRESH:
            return ""
        return state.sayable.get(said, "")

    async def is_known(self) -> bool:
        """Whether the bot has spoken in this chat before, as far as it remembers."""
        return bool((await self._load()).anchor)

    async def is_menu(self, message_id: int) -> bool:
        """Whether that message is one of the menu's own, and no news."""
        return message_id in (await self._load()).inline

    async def anchor(self, text: str, keyboard: ReplyKeyboardMarkup, *, shape: str, force: bool = False) -> None:
        """Send ``text`` with the reply keyboard unless this very ``shape`` (language, buttons) is there already."""
        state = await self._load()
        if state.anchor == shape and not force:
            return
        try:
            await self._bot.send_message(self._chat_id, text, reply_markup=keyboard)
        except TelegramForbiddenError:
            return
        state.anchor = shape
        await self._save(state)

    async def ask(self, text: str, keyboard: ReplyKeyboardMarkup, *, shape: str) -> None:
        """A question that a reply keyboard answers takes the place of the live menu, and goes with the menu after it."""
        state = await self._load()
        try:
            message = await self._bot.send_message(self._chat_id, text, reply_markup=keyboard)
        except TelegramForbiddenError:
            return
        shown = message.message_id
        state.anchor, state.live, state.name, state.is_picture = shape, shown, shape, False
        state.sayable = {}
        await self._settle(state, dict(state.inline), shown, {shown: False})

    async def anchored(self) -> str:
        """The ``shape`` of the reply keyboard that is there, "" for none."""
        return (await self._load()).anchor

    async def reanchor(self, shape: str) -> None:
        """The keyboard that is there is that of ``shape``, too."""
        state = await self._load()
        state.anchor = shape
        await self._save(state)

    async def forget(self) -> None:
        """Nothing is known of this chat any more."""
        await self._redis.delete(*keys(self._chat_id))
        self._state = None

    async def strip(self, message_id: int) -> None:
        """Take the buttons off a message that is no menu (news whose question was answered)."""
        await self._clear(message_id, keep=True)

    async def rewrite(self, message_id: int, text: str) -> None:
        """Give such a message its final text, without buttons."""
        await self._edit(message_id, Screen("", text))

    async def _load(self) -> MenuState:
        if self._state is None:
            anchor, inline, current = await self._redis.mget(keys(self._chat_id))
            live = json.loads(current) if current else {}
            self._state = MenuState(
                anchor=str(anchor or ""),
                inline={int(key): bool(keep) for key, keep in json.loads(inline).items()} if inline else {},
                live=live.get("id"),
                name=live.get("name", ""),
                is_picture=bool(live.get("picture", False)),
                sayable=dict(live.get("said", {})),
                drawn_at=int(live.get("at", 0)),
            )
        return self._state

    async def _save(self, state: MenuState) -> None:
        menu, inline, current = keys(self._chat_id)
        newest = dict(sorted(state.inline.items())[-MAX_INLINE:])
        wanted = {
            menu: state.anchor,
            inline: json.dumps(newest),
            current: json.dumps(_current(state)),
        }
        changed = {key: value for key, value in wanted.items() if self._written.get(key) != value}
        if not changed:
            return
        async with self._redis.pipeline(transaction=False) as pipe:
            for key, value in changed.items():
                pipe.set(key, value, ex=TTL)
            await pipe.execute()
        self._written |= changed

    async def _edit(self, message_id: int, screen: Screen) -> int | None:
        """The message's id, or ``None`` when Telegram will not edit it."""
        try:
            if screen.picture is not None:
                await self._pictures.hand_over(
                    screen.picture,
                    lambda file: self._bot.edit_message_media(
                        InputMediaPhoto(media=file, caption=screen.text),
                        chat_id=self._chat_id, message_id=message_id, reply_markup=screen.keyboard,
                    ),
                )  # fmt: skip
            else:  # also of a picture that nobody remembers: Telegram refuses, and the text is sent anew
                await self._bot.edit_message_text(
                    screen.text, chat_id=self._chat_id, message_id=message_id, reply_markup=screen.keyboard
                )
        except TelegramBadRequest as error:
            if "message is not modified" in error.message:
                return message_id
            if "parse entities" in error.message or "BUTTON" in error.message:
                raise  # our own text is at fault: sending it anew would fail alike
            return None
        return message_id

    async def _send(self, screen: Screen) -> int:
        if screen.picture is not None:
            message = await self._pictures.hand_over(
                screen.picture,
                lambda file: self._bot.send_photo(
                    self._chat_id, file, caption=screen.text, reply_markup=screen.keyboard
                ),
            )
        else:
            message = await self._bot.send_message(self._chat_id, screen.text, reply_markup=screen.keyboard)
        return int(message.message_id)

    async def _clear(self, message_id: int, *, keep: bool) -> bool:
        """Delete a stale menu, or take its buttons off where its text is to stay or it is too old to be deleted."""
        try:
            if not keep:
                try:
                    return bool(await self._bot.delete_message(self._chat_id, message_id))
                except TelegramBadRequest:
                    log.debug("menu.not_deleted", chat_id=self._chat_id, message_id=message_id)
            await self._bot.edit_message_reply_markup(chat_id=self._chat_id, message_id=message_id)
        except TelegramRetryAfter:
            return False
        except TelegramBadRequest:
            return True  # it is gone, or its buttons are
        except TelegramAPIError as error:
            log.info("menu.not_cleared", chat_id=self._chat_id, message_id=message_id, error=str(error))
            return False
        return True
