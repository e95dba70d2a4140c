"""Which lane an event's messages take, and on which queues a lane's work lies."""

from collections.abc import Mapping

from notifications import queues
from notifications.events import Kind, Lane

#: What the clock prompts comes in thousands at once; it takes neither a slot nor a thread from instant messages.
_LANES: Mapping[str, Lane] = {
    Kind.REMINDER: Lane.REMINDER,
    Kind.REVIEW_REQUEST: Lane.REMINDER,
    Kind.NEXT_VISIT: Lane.REMINDER,
}
#: Kinds whose events lie on ``events:broadcast``.
PROMPTED_BY_THE_CLOCK = frozenset(_LANES)


def lane_of(kind: str) -> Lane:
    return _LANES.get(kind, Lane.P2P)


def queue_of(kind: str) -> str:
    """Where an event is processed."""
    return queues.BROADCAST if kind in PROMPTED_BY_THE_CLOCK else queues.P2P


def retry_queue_of(lane: str) -> str:
    """Where what is due of ``lane`` is drained."""
    return queues.P2P_RETRY if lane == Lane.P2P else queues.BROADCAST_RETRY


def dead_queue_of(lane: str) -> str:
    """Where the dead of ``lane`` are buried."""
    return queues.P2P_DEAD if lane == Lane.P2P else queues.BROADCAST_DEAD
