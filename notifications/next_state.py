"""What becomes of a delivery after a try: a pure function, and the numbers it goes by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from notifications.events import DeliveryState as State, Lane
from notifications.outcomes import (
    Failed,
    Gone,
    Misconfigured,
    Moved,
    NotYet,
    Outcome,
    Refused,
    Sent,
    Throttled,
    Unknown,
    Unwanted,
)

#: Claims never reported on after which a delivery is dead: it may be what kills its workers.
MAX_CRASHES = 5
#: Sends without an answer after which an instant message is left alone: it is repeated once, never twice.
MAX_UNKNOWNS = 2
#: Seconds before each further try after a failed one, all ± a quarter; after the last one a delivery is dead. Each
#: channel can have its own (NOTIFICATION_RETRY_SECONDS).
PAUSES = (5.0, 20.0)
#: Until the new id of a chat is written down.
MOVED_PAUSE = timedelta(seconds=1)
#: A row sleeps this long at most, however long a throttle lasts: the shared pause holds it back meanwhile.
LONGEST_SLEEP = timedelta(minutes=5)
#: Everybody's pause while the service is not let in: how soon deliveries go on after an operator mended it, at most.
MEND_PAUSE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Tries:
    """How a delivery has fared so far."""

    lane: str = Lane.P2P
    attempts: int = 0
    unknowns: int = 0
    pauses: Sequence[float] = PAUSES


def after(tries: Tries, outcome: Outcome, *, now: datetime, chance: Callable[[], float]) -> dict[str, Any]:
    """The fields of the row to change. ``chance`` gives numbers from 0 to 1: repeats must not come all at once."""
    match outcome:
        case Sent(message_id):
            return {
                "state": State.SENT, "sent_at": now, "settled_at": now, "message_id": message_id, "reason": "", "error": "",
            }  # fmt: skip
        case Gone(reason) | Unwanted(reason):
            return {"state": State.SKIPPED, "settled_at": now, "reason": reason}
        case Throttled(seconds) | NotYet(seconds):
            sleep = min(timedelta(seconds=seconds), LONGEST_SLEEP) + timedelta(seconds=chance())
            return {"state": State.RETRY, "due_at": now + sleep, "reason": "throttled"}
        case Misconfigured(setting, error):
            # No message is at fault and none spends an attempt, or one wrong setting would fill the dead letters.
            due_at = now + MEND_PAUSE + timedelta(seconds=chance())
            return {
                "state": State.RETRY,
                "due_at": due_at,
                "reason": "misconfigured",
                "error": f"{setting}: {error}",
            }
        case Refused(error, traceback):
            return _dead(tries, _why("refused", error, traceback), now)
        case Failed(error, traceback):
            return _once_more(tries, _why("failed", error, traceback), now, _pause(tries, tries.attempts, chance))
        case Moved(chat_id):
            # An attempt all the same, or a chat that moves in a circle would be followed for ever.
            return _once_more(tries, _why("moved", f"the chat goes on as {chat_id}", ""), now, MOVED_PAUSE)
        case Unknown(error, traceback):
            unknowns = tries.unknowns + 1
            why = _why("no_answer", error, traceback)
            if tries.lane == Lane.CAMPAIGN or unknowns >= MAX_UNKNOWNS:
                return {"state": State.UNKNOWN, "settled_at": now, "unknowns": unknowns, **why}
            return {"state": State.RETRY, "unknowns": unknowns, "due_at": now + _pause(tries, 0, chance), **why}


def _once_more(tries: Tries, why: dict[str, str], now: datetime, pause: timedelta) -> dict[str, Any]:
    """Another try, unless this was the last that it had."""
    attempts = tries.attempts + 1
    if attempts > len(tries.pauses):
        return _dead(tries, why, now)
    return {"state": State.RETRY, "attempts": attempts, "due_at": now + pause, **why}


def _dead(tries: Tries, why: dict[str, str], now: datetime) -> dict[str, Any]:
    return {"state": State.DEAD, "settled_at": now, "attempts": tries.attempts + 1, **why}


def _why(reason: str, error: str, traceback: str) -> dict[str, str]:
    return {"reason": reason, "error": error, "traceback": traceback}


def _pause(tries: Tries, number: int, chance: Callable[[], float]) -> timedelta:
    return timedelta(seconds=tries.pauses[min(number, len(tries.pauses) - 1)] * (0.75 + chance() / 2))
