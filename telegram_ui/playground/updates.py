"""Updates on their way to the bot: numbered, in order, kept until they are taken or too old."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import orjson

from telegram_ui.playground.clock import Clock
from telegram_ui.playground.errors import JsonDict

MESSAGE_TTL = 86_400
PRESS_TTL = 150

#: Telegram sends these only when ``allowed_updates`` names them.
_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_REMEMBERED = 200


@dataclass(slots=True)
class Pending:
    """An update not yet taken. ``queue`` is what Telegram keeps order by: a chat, or a user's presses."""

    number: int
    update_id: int
    kind: str
    queue: str
    body: bytes
    expires_at: float


class UpdateLog(Protocol):
    """Where pending updates survive a restart."""

    def added(self, update: Pending) -> None: ...
    def removed(self, update: Pending) -> None: ...
    def counted(self, next_update_id: int) -> None: ...


class Updates:
    """The bot's incoming queue; ``listeners`` hear of each new update."""

    def __init__(self, clock: Clock, log: UpdateLog, first_update_id: int) -> None:
        self._clock = clock
        self._log = log
        self._number = 0
        self.next_update_id = first_update_id
        self.pending: OrderedDict[int, Pending] = OrderedDict()
        self.sent: deque[Pending] = deque(maxlen=_REMEMBERED)
        self.allowed: frozenset[str] | None = None
        self.listeners: list[Callable[[Pending], None]] = []

    def put(self, kind: str, content: JsonDict, queue: str, ttl: int = MESSAGE_TTL) -> int | None:
        """Queue an update; ``None`` when the bot did not ask for this kind."""
        if self.allowed is None:
            if kind in _ON_REQUEST:
                return None
        elif kind not in self.allowed:
            return None
        update_id = self.next_update_id
        self.next_update_id += 1
        self._log.counted(self.next_update_id)
        body = orjson.dumps({"update_id": update_id, kind: content})
        self._add(Pending(0, update_id, kind, queue, body, self._clock.now() + ttl))
        return update_id

    def put_raw(self, update: JsonDict, queue: str) -> int:
        """Queue an update exactly as given; an ``update_id`` is added when there is none."""
        update_id = update.get("update_id")
        if not isinstance(update_id, int):
            update_id = self.next_update_id
        self.next_update_id = max(self.next_update_id, update_id + 1)
        self._log.counted(self.next_update_id)
        kind = next((name for name in update if name != "update_id"), "")
        body = orjson.dumps({**update, "update_id": update_id})
        self._add(Pending(0, update_id, kind, queue, body, self._clock.now() + MESSAGE_TTL))
        return update_id

    def repeat(self, update_id: int | None = None) -> int | None:
        """Deliver an update that was already taken once more, unchanged; the last one by default."""
        for update in reversed(self.sent):
            if update_id in {None, update.update_id}:
                self._add(Pending(0, update.update_id, update.kind, update.queue, update.body, update.expires_at))
                return update.update_id
        return None

    def restore(self, updates: Iterable[Pending]) -> None:
        for update in updates:
            self._number = max(self._number, update.number)
            self.pending[update.number] = update
            for listener in self.listeners:
                listener(update)

    def _add(self, update: Pending) -> None:
        self._number += 1
        update.number = self._number
        self.pending[update.number] = update
        self._log.added(update)
        for listener in self.listeners:
            listener(update)

    def done(self, update: Pending) -> None:
        """The bot has it, or it is given up."""
        if self.pending.pop(update.number, None) is not None:
            self._log.removed(update)
            self.sent.append(update)

    def expired(self, update: Pending) -> bool:
        return update.expires_at <= self._clock.now()

    def drop_all(self) -> None:
        for update in list(self.pending.values()):
            self.done(update)

    def take(self, offset: int, limit: int) -> list[Pending]:
        """Confirm everything before ``offset`` (a negative one counts from the end) and return what comes next."""
        live = list(self.pending.values())
        if offset < 0:
            offset = live[max(len(live) + offset, 0)].update_id if live else 0
        for update in live:
            if (offset > 0 and update.update_id < offset) or self.expired(update):
                self.done(update)
        return [update for _position, update in zip(range(limit), self.pending.values(), strict=False)]
