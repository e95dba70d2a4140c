"""Telegram's side of a run: updates posted to the real webhook, in order within each chat, again until accepted."""

import asyncio
from collections.abc import Sequence

import aiohttp
import orjson


def text_update(update_id: int, chat: int, text: str) -> bytes:
    """A message in a private chat, as Telegram sends it."""
    sender = {"id": chat, "is_bot": False, "first_name": f"Client {chat}", "language_code": "en"}
    return orjson.dumps(
        {
            "update_id": update_id,
            "message": {
                "message_id": update_id,
                "date": 1_700_000_000,
                "chat": {"id": chat, "type": "private", "first_name": sender["first_name"]},
                "from": sender,
                "text": text,
            },
        }
    )


async def deliver(
    url: str, secret: str, chats: Sequence[int], each: int, *, connections: int, per_second: float
) -> None:
    """``each`` updates to every chat, numbered by their texts from 0, at ``per_second`` in all at most."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret, "Content-Type": "application/json"}
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def connection(number: int, session: aiohttp.ClientSession) -> None:
        mine = chats[number::connections]
        for turn in range(each):
            for place, chat in enumerate(mine):
                sent = turn * len(mine) + place
                await asyncio.sleep(max(0.0, began + sent * connections / per_second - loop.time()))
                await _until_accepted(session, url, text_update(chat * each + turn, chat, str(turn)))

    async with aiohttp.ClientSession(headers=headers) as session:
        await asyncio.gather(*(connection(number, session) for number in range(connections)))


async def _until_accepted(session: aiohttp.ClientSession, url: str, body: bytes) -> None:
    while True:
        try:
            async with session.post(url, data=body) as response:
                if response.status == 200:
                    return
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.5)
