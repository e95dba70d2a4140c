"""Telegram's side of a run: updates posted to the real webhook, in order within each chat, again until accepted."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(slots=True)
class Flow:
    """How fast: ``per_second`` at most, and no more than ``window`` sent that are not ``done``, which others count."""

    per_second: float
    window: int
    in_a_row: int = 4
    sent: int = 0
    done: int = 0


async def deliver(url: str, secret: str, chats: Sequence[int], each: int, *, connections: int, flow: Flow) -> None:
    """``each`` updates to every chat, numbered by their texts from 0; ``in_a_row`` to one chat before the next."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret, "Content-Type": "application/json"}
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def connection(number: int, session: aiohttp.ClientSession) -> None:
        for start in range(0, each, flow.in_a_row):
            for chat in chats[number::connections]:
                for turn in range(start, min(each, start + flow.in_a_row)):
                    flow.sent += 1
                    await asyncio.sleep(max(0.0, began + flow.sent / flow.per_second - loop.time()))
                    while flow.sent - flow.done > flow.window:  # noqa: ASYNC110 - counted in another thread
                        await asyncio.sleep(0.02)
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
