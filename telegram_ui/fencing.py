"""Conversation state that only the holder of the chat's lease can write.

A handler may outlive its lease: its worker stalled, another took the chat over and went on. What the old handler
then writes would undo the newer state, so each write carries the fencing token and is checked where it lands.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import StateType, StorageKey
from aiogram.fsm.storage.redis import RedisStorage

from booking_site.lib.redis_scripts import RedisScript
from telegram_ui.leases import Claim, LeaseLost
from telegram_ui.mailbox import COMMON, LUA

_FENCED_WRITE = RedisScript.load(*COMMON, LUA / "fenced_write.lua")
_current: ContextVar[Claim | None] = ContextVar("telegram_ui_claim", default=None)


@contextmanager
def under(claim: Claim) -> Iterator[None]:
    """Everything written in the block, and in tasks started there, is written under this claim."""
    reset = _current.set(claim)
    try:
        yield
    finally:
        _current.reset(reset)


class FencedStorage(RedisStorage):
    """aiogram's Redis storage; writes under a claim land only while its lease is held.

    Outside of a claim (a notification that opens a form, a test) it writes as its base does. Writes raise
    :class:`LeaseLost` when they did not land.
    """

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        claim = _current.get()
        if claim is None:
            await super().set_state(key, state)
            return
        value = state.state if isinstance(state, State) else state
        await self._write(claim, self.key_builder.build(key, "state"), value or "", self.state_ttl)

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        claim = _current.get()
        if claim is None:
            await super().set_data(key, data)
            return
        if not isinstance(data, dict):
            raise DataNotDictLikeError(f"Data must be a dict or dict-like object, got {type(data).__name__}")
        value = self.json_dumps(data) if data else ""
        await self._write(claim, self.key_builder.build(key, "data"), value, self.data_ttl)

    async def _write(self, claim: Claim, redis_key: str, value: str, ttl: Any) -> None:
        landed = await _FENCED_WRITE.run_async(self.redis, [redis_key], [claim.chat, claim.token, value, int(ttl)])
        if not landed:
            raise LeaseLost(claim.chat)
