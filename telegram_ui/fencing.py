"""Conversation state that only the holder of the chat's lease can write.

A handler may outlive its lease: its worker stalled, another took the chat over and went on. What the old handler
then writes would undo the newer state, so each write carries the fencing token and is checked where it lands.

As nobody else writes while a lease is held, state and data are read in one round trip and remembered for the update.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal

from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import StateType, StorageKey
from aiogram.fsm.storage.redis import RedisStorage

from booking_site.lib.redis_scripts import RedisScript
from telegram_ui.leases import Claim, LeaseLost
from telegram_ui.mailbox import COMMON, LUA

_FENCED_WRITE = RedisScript.load(*COMMON, LUA / "fenced_write.lua")


@dataclass(slots=True)
class _Conversation:
    """What one update works under. ``known`` holds what Redis has at a key, as it is written there."""

    claim: Claim
    known: dict[str, str | None] = field(default_factory=dict)


_current: ContextVar[_Conversation | None] = ContextVar("telegram_ui_conversation", default=None)


@contextmanager
def under(claim: Claim) -> Iterator[None]:
    """Everything written in the block, and in tasks started there, is written under this claim."""
    reset = _current.set(_Conversation(claim))
    try:
        yield
    finally:
        _current.reset(reset)


class FencedStorage(RedisStorage):
    """aiogram's Redis storage; writes under a claim land only while its lease is held.

    Outside of a claim (a notification that opens a form, a test) it writes as its base does. Writes raise
    :class:`LeaseLost` when they did not land.
    """

    async def get_state(self, key: StorageKey) -> str | None:
        conversation = _current.get()
        if conversation is None:
            return await super().get_state(key)
        return await self._read(conversation, key, "state")

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        conversation = _current.get()
        if conversation is None:
            return await super().get_data(key)
        value = await self._read(conversation, key, "data")
        # Parsed anew for each reader: what one of them changes is not written yet.
        return dict(self.json_loads(value)) if value else {}

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        conversation = _current.get()
        if conversation is None:
            await super().set_state(key, state)
            return
        value = state.state if isinstance(state, State) else state
        await self._write(conversation, self.key_builder.build(key, "state"), value, self.state_ttl)

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        conversation = _current.get()
        if conversation is None:
            await super().set_data(key, data)
            return
        if not isinstance(data, dict):
            raise DataNotDictLikeError(f"Data must be a dict or dict-like object, got {type(data).__name__}")
        value = self.json_dumps(data) if data else None
        await self._write(conversation, self.key_builder.build(key, "data"), value, self.data_ttl)

    async def _read(
        self, conversation: _Conversation, key: StorageKey, part: Literal["state", "data"]
    ) -> str | None:
        wanted = self.key_builder.build(key, part)
        if wanted not in conversation.known:
            names = [self.key_builder.build(key, "state"), self.key_builder.build(key, "data")]
            values: list[Any] = await self.redis.mget(names)  # text: the client decodes
            for name, value in zip(names, values, strict=True):
                conversation.known.setdefault(name, value)
        return conversation.known[wanted]

    async def _write(self, conversation: _Conversation, name: str, value: str | None, ttl: Any) -> None:
        claim = conversation.claim
        landed = await _FENCED_WRITE.run_async(
            self.redis, [name], [claim.chat, claim.token, value or "", int(ttl)]
        )
        if not landed:
            raise LeaseLost(claim.chat)
        conversation.known[name] = value or None
