"""Handlers get who acts, how to call services, and their texts in the user's language."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject
from django.conf import settings
from django.utils import translation

from bookings.services.users import mark_bot_blocked
from telegram_ui import notices
from telegram_ui.database_threads import DatabaseThreads
from telegram_ui.envelope import Envelope
from telegram_ui.gateway.identity import UserContext, identify
from telegram_ui.gateway.routing import route

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class ContextMiddleware(BaseMiddleware):
    """Outer middleware of the update observer. Puts into the handlers' data:

    ``user``: UserContext or ``None`` (updates that no user sent, such as channel posts),
    ``actor``: Actor or ``None`` alike,
    ``idempotency_key``: the same for every attempt at one update, so that a second attempt changes nothing,
    ``run``: ``await run(service, **kwargs)`` calls a synchronous service in a database thread.
    """

    def __init__(self, threads: DatabaseThreads) -> None:
        self._threads = threads

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        envelope: Envelope = data["envelope"]
        user = envelope.user_context
        if user is None:
            user = await self._identify(envelope)
            if user and user.is_banned:  # as at the door, had the database known them there
                await notices.tell(data["bot"], replace(envelope, user_context=user), notices.SHOWN_OUT)
                return None
        if user and user.bot_blocked and _is_heard_in_private(envelope):
            # Who writes has not blocked the bot: the word of it was lost, or a refusal came in late.
            await self._threads.run(mark_bot_blocked, tg_id=user.tg_id, blocked=False)
        data["user"] = user
        data["actor"] = user.actor(envelope.trace_id) if user else None
        data["idempotency_key"] = f"tg:{envelope.update_id}"
        data["run"] = self._threads.run
        with translation.override(user.language if user else settings.LANGUAGE_CODE):
            return await handler(event, data)

    async def _identify(self, envelope: Envelope) -> UserContext | None:
        """The door only reads: a stranger is registered here. If the database is away, the attempt is made again."""
        sender = route(envelope.update).sender
        return await self._threads.run(identify, sender) if sender else None


def _is_heard_in_private(envelope: Envelope) -> bool:
    update = envelope.update
    spoken = "message" in update or "callback_query" in update
    return spoken and route(update).private
