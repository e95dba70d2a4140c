"""Telegram's sending limits, enforced the way it enforces them: counted over sliding windows, refused with 429."""

import math
from collections import deque
from dataclasses import asdict, dataclass

from telegram_ui.playground.errors import ApiError, JsonDict, too_many_requests

_BUCKETS_KEPT = 50_000

#: Methods that send a message and therefore count.
COUNTED = frozenset(
    {
        "sendMessage", "sendPhoto", "sendDocument", "sendLocation", "sendVenue", "sendContact", "sendDice",
        "sendMediaGroup", "copyMessage", "copyMessages", "forwardMessage", "forwardMessages",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """Messages. ``paid_per_second`` replaces ``per_second`` for calls with ``allow_paid_broadcast``."""

    per_second: int = 30
    paid_per_second: int = 1000
    per_chat_per_second: float = 1.0
    per_chat_burst: int = 5
    group_per_minute: int = 20

    def as_json(self) -> JsonDict:
        return asdict(self)


class Limiter:
    """Refuses what would exceed the limits; a refused call does not count."""

    def __init__(self) -> None:
        self._free: deque[float] = deque()
        self._paid: deque[float] = deque()
        self._chats: dict[int, tuple[float, float]] = {}
        self._groups: dict[int, deque[float]] = {}

    def check(self, limits: Limits, *, chat_id: int | None, paid: bool, now: float) -> ApiError | None:
        """Count one message at monotonic ``now``, or return the 429 that says how many seconds to wait."""
        window = self._paid if paid else self._free
        rate = limits.paid_per_second if paid else limits.per_second
        while window and window[0] <= now - 1:
            window.popleft()
        if len(window) >= rate:
            return too_many_requests(max(1, math.ceil(window[0] + 1 - now)))
        if chat_id is not None:
            wait = self._group_wait(limits, chat_id, now) if chat_id < 0 else self._chat_wait(limits, chat_id, now)
            if wait > 0:
                return too_many_requests(max(1, math.ceil(wait)))
        window.append(now)
        return None

    def _chat_wait(self, limits: Limits, chat_id: int, now: float) -> float:
        tokens, at = self._chats.get(chat_id, (float(limits.per_chat_burst), now))
        tokens = min(limits.per_chat_burst, tokens + (now - at) * limits.per_chat_per_second)
        if tokens < 1:
            return (1 - tokens) / limits.per_chat_per_second
        if len(self._chats) >= _BUCKETS_KEPT:
            full = limits.per_chat_burst / limits.per_chat_per_second
            self._chats = {key: value for key, value in self._chats.items() if now - value[1] < full}
        self._chats[chat_id] = (tokens - 1, now)
        return 0

    def _group_wait(self, limits: Limits, chat_id: int, now: float) -> float:
        window = self._groups.setdefault(chat_id, deque())
        while window and window[0] <= now - 60:
            window.popleft()
        if len(window) >= limits.group_per_minute:
            return window[0] + 60 - now
        window.append(now)
        return 0
