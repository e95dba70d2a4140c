"""Pictures on their way into a chat: uploaded once, named by what Telegram calls them from then on.

``tg:picture:{bot}:{key}`` holds that name. Names are a bot's own; one that Telegram does not know (any more) is
forgotten and the picture uploaded anew. Redis may lose them all: it costs an upload each.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, Message
from redis.asyncio import Redis

from telegram_ui.screen import Picture

log = structlog.get_logger(__name__)

#: Seconds. Written anew with every upload; Telegram keeps files for much longer.
TTL = 30 * 24 * 3600
#: What Telegram says of a name that means nothing to it.
_UNKNOWN = ("file identifier", "file_id", "file reference", "FILE_REFERENCE")


class PictureGone(Exception):
    """Neither Telegram has it nor we: a photo that was replaced, or uploads that did not come along with the database."""


class KnownPictures:
    def __init__(self, redis: Redis, *, bot_id: int) -> None:
        self._redis = redis
        self._bot_id = bot_id

    async def hand_over(self, picture: Picture, call: Callable[[Any], Awaitable[Message | bool]]) -> Any:
        """``call`` with the picture by its name, else with its bytes; returns what Telegram answered.

        Raises PictureGone, TelegramAPIError.
        """
        name = await self._name_of(picture)
        if name:
            try:
                return await call(name)
            except TelegramBadRequest as error:
                if not any(sign in error.message for sign in _UNKNOWN):
                    raise
                log.info("picture.unknown_to_telegram", key=picture.key, error=error.message)
        content = await asyncio.to_thread(picture.content)
        if content is None:
            log.warning("picture.gone", key=picture.key)
            raise PictureGone
        answer = await call(BufferedInputFile(content, "picture"))
        if picture.key and isinstance(answer, Message) and answer.photo:
            await self._redis.set(self._key(picture), answer.photo[-1].file_id, ex=TTL)
        return answer

    async def _name_of(self, picture: Picture) -> str:
        return str(await self._redis.get(self._key(picture)) or "") if picture.key else ""

    def _key(self, picture: Picture) -> str:
        return f"tg:picture:{self._bot_id}:{picture.key}"
