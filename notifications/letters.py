"""Dead letters as admins read them, and settling many at once."""

import logging
from dataclasses import dataclass
from datetime import datetime

from bookings.actor import Actor
from bookings.exceptions import NotAllowed, NotFound
from notifications import dead_letters
from notifications.events import LetterState
from notifications.exceptions import CannotRequeue, LetterSettled
from notifications.models import DeadLetter

log = logging.getLogger(__name__)

#: Letters that one call gives back at most, the oldest first: the caller waits for it.
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class LetterCard:
    """``error`` is what was said when the work was given up, in the words of whoever said it."""

    id: int
    source: str
    task: str
    error: str
    trace_id: str
    attempts: int
    state: LetterState
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Requeued:
    """How many letters were given back, and how many nobody took."""

    done: int
    refused: int


def count_open(*, actor: Actor) -> int:
    """Raises NotAllowed for anybody but admins."""
    _require(actor)
    return DeadLetter.objects.filter(state=LetterState.OPEN).count()


def open_letters(*, actor: Actor, limit: int = 5, offset: int = 0) -> tuple[LetterCard, ...]:
    """The newest first. Raises NotAllowed for anybody but admins."""
    _require(actor)
    found = DeadLetter.objects.filter(state=LetterState.OPEN).order_by("-pk")
    return tuple(_card(letter) for letter in found[offset : offset + limit])


def get_letter(*, actor: Actor, letter_id: int) -> LetterCard:
    """Raises NotAllowed, NotFound."""
    _require(actor)
    letter = DeadLetter.objects.filter(pk=letter_id).first()
    if letter is None:
        raise NotFound("dead letter")
    return _card(letter)


def requeue_open(*, actor: Actor) -> Requeued:
    """Give back up to MOST_AT_ONCE open letters, each by itself: one that refuses does not hold up the others.

    Raises NotAllowed for anybody but admins.
    """
    _require(actor)
    found = DeadLetter.objects.filter(state=LetterState.OPEN).order_by("pk").values_list("pk", flat=True)
    done = refused = 0
    for letter_id in list(found[:MOST_AT_ONCE]):
        try:
            dead_letters.requeue(actor=actor, letter_id=letter_id)
        except CannotRequeue:
            refused += 1
        except LetterSettled:  # somebody else was faster
            continue
        else:
            done += 1
    log.info("%s dead letters requeued, %s refused, by user %s", done, refused, actor.user_id)
    return Requeued(done, refused)


def _require(actor: Actor) -> None:
    if not actor.is_admin:
        raise NotAllowed("dead letters are for admins")


def _card(letter: DeadLetter) -> LetterCard:
    return LetterCard(
        id=letter.pk,
        source=letter.source,
        task=letter.task,
        error=letter.error,
        trace_id=letter.trace_id,
        attempts=letter.attempts,
        state=LetterState(letter.state),
        created_at=letter.created_at,
    )
