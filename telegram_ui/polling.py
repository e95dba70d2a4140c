"""Updates fetched instead of delivered, for a developer without public HTTPS; from there on all is the same."""

import asyncio
from typing import Any

import aiohttp
import orjson
import redis
import structlog
from django.conf import settings

from telegram_ui.gateway.intake import NotAnUpdate, take_in

log = structlog.get_logger(__name__)

#: Seconds Telegram holds a request open when there is nothing new.
LONG_POLL = 25
_PAUSES = (1.0, 2.0, 5.0, 10.0)
_UNAUTHORIZED, _NOT_FOUND = 401, 404


class NoSuchBot(Exception):
    """The Bot API does not know the token."""


async def poll(stop: asyncio.Event, *, allowed_updates: list[str]) -> None:
    """Feed updates to the intake until ``stop``. An update is confirmed to Telegram only once it is in its mailbox.

    Raises:
        NoSuchBot: trying again would not help.
    """
    url = f"{settings.TELEGRAM_API_URL}/bot{settings.TELEGRAM_BOT_TOKEN}/getUpdates"
    offset, failures = 0, 0
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=LONG_POLL + 10)) as session:
        while not stop.is_set():
            request = {"offset": offset, "timeout": LONG_POLL, "allowed_updates": allowed_updates}
            fetching = asyncio.ensure_future(_fetch(session, url, request))
            stopping = asyncio.ensure_future(stop.wait())
            await asyncio.wait([fetching, stopping], return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if not fetching.done():
                fetching.cancel()
                return
            try:
                updates = fetching.result()
                for update in updates:
                    await asyncio.to_thread(_take_in, update)
                    offset = update["update_id"] + 1
                failures = 0
            except (aiohttp.ClientError, TimeoutError, redis.RedisError, Refused) as error:
                pause = _PAUSES[min(failures, len(_PAUSES) - 1)]
                failures += 1
                log.warning("polling_paused", seconds=pause, error=str(error) or type(error).__name__)
                await _sleep(stop, pause)


class Refused(Exception):
    """The Bot API answered with an error (409: a webhook is set, or somebody else is polling)."""


async def _fetch(session: aiohttp.ClientSession, url: str, request: dict[str, Any]) -> list[dict[str, Any]]:
    async with session.post(url, json=request) as response:
        answer = orjson.loads(await response.read())
    if answer.get("ok"):
        updates: list[dict[str, Any]] = answer["result"]
        return updates
    if answer.get("error_code") in (_UNAUTHORIZED, _NOT_FOUND):
        raise NoSuchBot(answer.get("description", ""))
    raise Refused(answer.get("description", "no reason given"))


def _take_in(update: dict[str, Any]) -> None:
    try:
        take_in(orjson.dumps(update))
    except NotAnUpdate as error:
        log.warning("update_not_understood", error=str(error))


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        pass
