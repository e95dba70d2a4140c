"""What became of every update, from the notes of the workers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from benchmarks.pipeline.workers import Kill

NOTES = "chaos:notes"


@dataclass(frozen=True, slots=True)
class Tally:
    """``lost`` were never handled to the end. ``duplicated`` were begun more than once; ``strays`` are those of them
    that were not in the hands of a killed worker, which nothing explains. ``recovery_s`` is the longest time from a
    kill to the next update handled in a chat that the killed worker had in hand, ``None`` without such a chat. When the
    next worker is killed with the same chat in hand, time is counted anew from there; ``standstill_s`` goes on counting.
    """

    lost: int
    reordered: int
    duplicated: int
    strays: int
    recovery_s: float | None
    standstill_s: float | None


def count(redis: Any, *, chats: Sequence[int], each: int, kills: Sequence[Kill]) -> Tally:
    """Updates were numbered from 0 to ``each`` in every chat. Reordered is every step back in a chat."""
    began: dict[int, list[int]] = defaultdict(list)
    ended: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for _id, note in redis.xrange(NOTES):
        chat, number = int(note["chat"]), int(note["number"])
        if note["event"] == "began":
            began[chat].append(number)
        else:
            ended[chat].append((number, float(note["at"])))
    duplicated = {chat: len(began[chat]) - len(set(began[chat])) for chat in chats}
    in_hand: dict[int, int] = defaultdict(int)
    for kill in kills:
        for chat in kill.held:
            in_hand[chat] += 1
    killed_at: dict[int, list[float]] = defaultdict(list)
    for kill in kills:
        for chat in kill.held:
            killed_at[chat].append(kill.at)
    recoveries, standstills = [], []
    for chat, instants in killed_at.items():
        for instant in instants:
            handled = min((at for _number, at in ended[chat] if at > instant), default=None)
            if handled is not None:
                standstills.append(handled - instant)
                recoveries.append(handled - max(at for at in instants if at < handled))
    return Tally(
        lost=sum(each - len({number for number, _at in ended[chat]}) for chat in chats),
        reordered=sum(
            later < earlier
            for chat in chats
            for order in (began[chat], [number for number, _at in ended[chat]])
            for earlier, later in pairwise(order)
        ),
        duplicated=sum(duplicated.values()),
        strays=sum(max(0, duplicated[chat] - in_hand[chat]) for chat in chats),
        recovery_s=max(recoveries, default=None),
        standstill_s=max(standstills, default=None),
    )
