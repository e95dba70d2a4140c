"""Mail for the tests: put in, looked at, and left by workers that fall silent."""

from typing import Any

import orjson

from booking_site.lib import redis_client
from booking_site.lib.rate_limiter import Limit
from telegram_ui import mailbox
from telegram_ui.envelope import Envelope
from telegram_ui.leases import Claim, Leases
from telegram_ui.mailbox import Accepted, Door, Incoming
from tests.telegram_ui.builders import context, text_update

ROOMY = Door(Limit(burst=10_000, per_second=10_000))


def raw_client() -> Any:
    """redis-py's annotations cannot tell a client of bytes from one of text."""
    return redis_client.raw_client()


def put(
    update_id: int,
    text: str = "hi",
    *,
    chat: int = 5,
    user: int | None = None,
    language: str = "en",
    door: Door = ROOMY,
) -> Accepted:
    sender = chat if user is None else user
    incoming = Incoming(
        chat_id=chat,
        user_id=sender,
        update_id=update_id,
        trace_id="a" * 16,
        raw=orjson.dumps(text_update(update_id, text, chat=chat, user=sender)),
        private=chat == sender,
    )
    return mailbox.accept(raw_client(), incoming, door, context(sender, language=language).to_json())


def keys(pattern: str = "*") -> list[str]:
    return sorted(key.decode() for key in raw_client().keys(pattern))


def opened(claim: Claim) -> Envelope:
    return Envelope.from_json(claim.raw, attempt=claim.attempt)


def let_leases_expire() -> None:
    for chat in raw_client().zrange("tg:updates:leases", 0, -1):
        raw_client().zadd("tg:updates:leases", {chat: 1})


def end_pauses() -> None:
    """Whoever rests or is a suspect is due."""
    for line in ("tg:updates:retry", "tg:updates:suspects"):
        for chat in raw_client().zrange(line, 0, -1):
            raw_client().zadd(line, {chat: 1})


async def fall_silent(survivor: Leases) -> None:
    """All leases run out, ``survivor`` notices, and a while passes."""
    let_leases_expire()
    await survivor.sweep()
    end_pauses()
