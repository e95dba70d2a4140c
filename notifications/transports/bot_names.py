"""What the bot is called: links into it are made of that. Each worker asks once, however many messages wait for it.

``key`` stands for a bot on one event loop: bots of the same token are equal to aiogram, wherever they live.
"""

import asyncio
from collections.abc import Hashable

from aiogram import Bot

_asked: "dict[Hashable, asyncio.Task[str]]" = {}


async def learn(key: Hashable, bot: Bot) -> None:
    """Return once its name is known. Raises what a call of the bot raises, to all who wait alike; the next one asks anew."""
    asked = _asked.get(key)
    if asked is None:
        asked = _asked[key] = asyncio.get_running_loop().create_task(_ask(bot))
        asked.add_done_callback(lambda done: _forget_failure(key, done))
    # Who waits may be called back; the others still want to know.
    await asyncio.shield(asked)


def name_of(key: Hashable) -> str:
    """For whom it was learnt. Raises KeyError where it was not."""
    return _asked[key].result()


def forget(key: Hashable) -> None:
    """Its connections are closed."""
    if (asked := _asked.pop(key, None)) is not None:
        asked.cancel()


async def _ask(bot: Bot) -> str:
    me = await bot.me()
    return me.username or ""


def _forget_failure(key: Hashable, asked: "asyncio.Task[str]") -> None:
    if (asked.cancelled() or asked.exception() is not None) and _asked.get(key) is asked:
        del _asked[key]
