"""The one way to make a Bot: the bot's handlers, the notifications and the commands all talk to Telegram through it."""

from functools import lru_cache
from typing import Any, cast

import orjson
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import ClientError, ClientTimeout
from django.conf import settings

#: Seconds for a whole Bot API call. Telegram answers within a second; what takes longer is better tried again.
CALL_TIMEOUT = 15.0
#: Calls in flight from one process: 64 chats being worked, and room for the notifications beside them.
CONNECTIONS = 100


_JSON = {"Content-Type": "application/json"}
#: Made once for each number of seconds.
_AT_MOST = lru_cache(ClientTimeout)


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


#: ``Response[...]`` of every kind of answer that came so far. Pydantic forgets such a class as soon as nobody holds it,
#: and aiogram names it anew for each call: building it again cost a tenth of a worker's time.
_answer_types: dict[type[TelegramMethod[Any]], Any] = {}


class JsonSession(AiohttpSession):
    """aiogram's own, and a shorter way for messages that go to many: their body is made once, by the caller."""

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        kind = type(method)
        if kind not in _answer_types:
            answer: Any = Response
            _answer_types[kind] = answer[method.__returning__]
        return super().check_response(bot, method, status_code, content)

    def json_of(self, bot: Bot, method: TelegramMethod[Any], *, without: str = "") -> bytes:
        """The parameters of ``method``, which uploads nothing, as a body of the Bot API; but for the one named."""
        files: dict[str, Any] = {}
        told = {
            name: ready
            for name, value in method.model_dump(warnings=False).items()
            if (ready := self.prepare_value(value, bot=bot, files=files, _dumps_json=False)) is not None
            and name != without
        }
        assert not files, "a file does not go by JSON"  # noqa: S101 - a mistake of the caller
        return orjson.dumps(told)

    async def post_json(self, bot: Bot, method: TelegramMethod[TelegramType], body: bytes) -> TelegramType:
        """Call ``method`` with this body. Raises what any call of the bot raises."""
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        try:
            async with session.post(url, data=body, headers=_JSON, timeout=_AT_MOST(self.timeout)) as answer:
                content: Any = await answer.read()
        except TimeoutError as error:
            raise TelegramNetworkError(method=method, message="Request timeout error") from error
        except ClientError as error:
            raise TelegramNetworkError(method=method, message=f"{type(error).__name__}: {error}") from error
        return cast(TelegramType, self.check_response(bot, method, answer.status, content).result)


def make_bot(*, timeout: float = CALL_TIMEOUT) -> Bot:
    """A Bot for TELEGRAM_BOT_TOKEN at TELEGRAM_API_URL, with HTML as its parse mode.

    Its HTTP session opens on the first call and belongs to the event loop of that call; whoever made the bot closes
    it there with ``await bot.session.close()``. ``timeout`` is in seconds, for one whole call.

    Raises:
        aiogram.utils.token.TokenValidationError: the token is empty or not shaped like one.
    """
    session = JsonSession(
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
