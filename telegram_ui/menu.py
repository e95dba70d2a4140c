"""MenuController: one live menu in a chat.

Three keys, each a small JSON string with a TTL:

- ``tg:menu:{chat}``: the message that brought the reply keyboard, and its language and shape (the anchor);
- ``tg:inline:{chat}``: messages that still carry inline buttons, and whether their text is to stay: normally the live one alone;
- ``tg:current_menu:{chat}``: the live message and the name of its screen.

Moving on edits the live message in place. Where that cannot be (it was deleted, is too old, or scrolled away above
something the person typed), a new one is sent first and the old one is cleared afterwards, so that a chat is never
left without buttons. A process killed between the two leaves an old keyboard behind: its buttons name their draft or
version, so a press on it is answered with what is true now.
"""

import asyncio
import json
from dataclasses import dataclass, field

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import BufferedInputFile, InputMediaPhoto, ReplyKeyboardMarkup
from redis.asyncio import Redis

from telegram_ui.screen import Screen

log = structlog.get_logger(__name__)

#: Seconds. Longer than a person is likely to be away between two visits; afterwards a new menu is simply sent.
TTL = 90 * 24 * 3600
#: Messages remembered for clearing; what Telegram refuses to clear again and again falls out of the list.
MAX_INLINE = 5


@dataclass(slots=True)
class MenuState:
    anchor: str = ""
    inline: dict[int, bool] = field(default_factory=dict)
    live: int | None = None
    name: str = ""


def keys(chat_id: int) -> tuple[str, str, str]:
    return f"tg:menu:{chat_id}", f"tg:inline:{chat_id}", f"tg:current_menu:{chat_id}"


def _file(screen: Screen) -> BufferedInputFile:
    return BufferedInputFile(screen.photo, "picture.png")


class MenuController:
    """Of one chat, for one update: updates of a chat are handled one at a time, so nothing here needs a lock."""

    def __init__(self, *, bot: Bot, redis: Redis, chat_id: int) -> None:
        self._bot = bot
        self._redis = redis
        self._chat_id = chat_id
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
        shown: int | None = None
        try:
            if pressed is not None and (orphan or self._may_become(state, pressed, screen)):
                shown = await self._edit(pressed, screen)
            if shown is None:
                shown = await self._send(screen)
        except TelegramForbiddenError:
            log.info("menu.chat_closed", chat_id=self._chat_id)
            return
        known = state.inline if pressed is None else {pressed: True, **state.inline}
        stale = {message_id: keep for message_id, keep in known.items() if message_id != shown}
        state.live, state.name = shown, screen.name
        state.inline = {**stale, shown: screen.keep} if screen.keyboard else dict(stale)
        await self._save(state)
        if stale:
            cleared = await asyncio.gather(
                *(self._clear(message_id, keep=keep) for message_id, keep in stale.items())
            )
            for message_id, gone in zip(stale, cleared, strict=True):
                if gone:
                    state.inline.pop(message_id, None)
            await self._save(state)

    @staticmethod
    def _may_become(state: MenuState, message_id: int, screen: Screen) -> bool:
        """A receipt stays as it is, except to be drawn once more."""
        return message_id in state.inline and (not state.inline[message_id] or screen.name == state.name)

    @property
    def redis(self) -> Redis:
        """For what else a chat keeps there."""
        return self._redis

    async def live(self) -> tuple[int | None, str]:
        """The live message and the name of its screen."""
        state = await self._load()
        return state.live, state.name

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
            )
        return self._state

    async def _save(self, state: MenuState) -> None:
        menu, inline, current = keys(self._chat_id)
        newest = dict(sorted(state.inline.items())[-MAX_INLINE:])
        wanted = {
            menu: state.anchor,
            inline: json.dumps(newest),
            current: json.dumps({"id": state.live, "name": state.name}),
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
            if screen.photo:
                await self._bot.edit_message_media(
                    InputMediaPhoto(media=_file(screen), caption=screen.text),
                    chat_id=self._chat_id, message_id=message_id, reply_markup=screen.keyboard,
                )  # fmt: skip
            else:  # a picture never becomes a text: Telegram refuses, and the text is sent anew
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
        if screen.photo:
            message = await self._bot.send_photo(
                self._chat_id, _file(screen), caption=screen.text, reply_markup=screen.keyboard
            )
        else:
            message = await self._bot.send_message(self._chat_id, screen.text, reply_markup=screen.keyboard)
        return message.message_id

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
