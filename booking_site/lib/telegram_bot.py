"""The one way to make a Bot: the bot's handlers, the notifications and the commands all talk to Telegram through it."""

from typing import Any

import orjson
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from django.conf import settings

#: Seconds for a whole Bot API call. Telegram answers within a second; what takes longer is better tried again.
CALL_TIMEOUT = 15.0
#: Calls in flight from one process: 64 chats being worked, and room for the notifications beside them.
CONNECTIONS = 100


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


#: ``Response[...]`` of every kind of answer that came so far. Pydantic forgets such a class as soon as nobody holds it,
#: and aiogram names it anew for each call: building it again cost a tenth of a worker's time.
_answer_types: dict[type[TelegramMethod[Any]], Any] = {}


class _Session(AiohttpSession):
    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        kind = type(method)
        if kind not in _answer_types:
            answer: Any = Response
            _answer_types[kind] = answer[method.__returning__]
        return super().check_response(bot, method, status_code, content)


def make_bot(*, timeout: float = CALL_TIMEOUT) -> Bot:
    """A Bot for TELEGRAM_BOT_TOKEN at TELEGRAM_API_URL, with HTML as its parse mode.

    Its HTTP session opens on the first call and belongs to the event loop of that call; whoever made the bot closes
    it there with ``await bot.session.close()``. ``timeout`` is in seconds, for one whole call.

    Raises:
        aiogram.utils.token.TokenValidationError: the token is empty or not shaped like one.
    """
    session = _Session(
        limit=CONNECTIONS,
        api=TelegramAPIServer.from_base(settings.TELEGRAM_API_URL),
        timeout=timeout,
        json_loads=orjson.loads,
        json_dumps=_dumps,
    )
    return Bot(
        settings.TELEGRAM_BOT_TOKEN,
        session=session,
        default=DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True),
    )
