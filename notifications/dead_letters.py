"""Work that was given up: written down with its reason, read by an operator, requeued or discarded.

Each source of work registers how it takes a letter back::

    register_requeue("telegram.update", give_back)   # give_back(letter: Letter) -> None
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.exceptions import NotAllowed, NotFound
from bookings.services import audit
from bookings.services.idempotency import Request, answer_once
from notifications import outbox
from notifications.events import Kind, LetterState
from notifications.exceptions import CannotRequeue, LetterSettled
from notifications.models import DeadLetter, OutboxEvent

log = logging.getLogger(__name__)

ALERT_EVERY = timedelta(minutes=15)
#: A stack of a deep recursion must not fill the table.
_TEXT_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Letter:
    """What a source needs to take its work back."""

    id: int
    task: str
    payload: dict[str, Any]
    trace_id: str


Requeue = Callable[[Letter], None]
_requeue_by_source: dict[str, Requeue] = {}


def register_requeue(source: str, requeue: Requeue) -> None:
    """Let ``requeue`` take back letters of ``source``; it raises when it cannot, and the letter stays open.

    It runs inside the transaction that marks the letter, and may run again for the same letter after a crash.
    """
    _requeue_by_source[source] = requeue


def bury(
    *,
    task: str,
    payload: dict[str, Any],
    error: str,
    traceback: str,
    trace_id: str,
    attempts: int,
    source: str,
    reference: str = "",
    alert: bool = True,
) -> int:
    """Write a dead letter and return its id; admins are alerted at most once in ALERT_EVERY, unless not ``alert``.

    ``reference`` names the very failure: a second call with the same one returns the letter already written.
    ``payload`` must be JSON. Database errors propagate: the caller still holds the work and tries again.
    """
    values = {
        "task": task,
        "payload": payload,
        "error": error[:_TEXT_LIMIT],
        "traceback": traceback[-_TEXT_LIMIT:],
        "trace_id": trace_id,
        "attempts": attempts,
        "source": source,
    }
    with transaction.atomic():
        letter, created = _write(reference, values)
        if created and alert:
            _alert()
    if created:
        log.error("dead letter %s: %s (%s) %s", letter.pk, task, source, error[:300])
    return int(letter.pk)


def _write(reference: str, values: dict[str, Any]) -> tuple[DeadLetter, bool]:
    if reference:
        return DeadLetter.objects.get_or_create(reference=reference, defaults=values)
    return DeadLetter.objects.create(**values), True


def _alert() -> None:
    """One event in each ALERT_EVERY of the clock: the unique key keeps a flood of letters from becoming one of alerts.

    The first letters are told of at once; at the end of the time a second event tells of those that came after.
    """
    window, length = clock.now().timestamp() // ALERT_EVERY.total_seconds(), ALERT_EVERY.total_seconds()
    first = f"dead_letters:{int(window)}"
    if outbox.record(kind=Kind.DEAD_LETTERS, dedupe_key=first) is None:
        outbox.record(
            kind=Kind.DEAD_LETTERS,
            payload={"corrects": first},
            dedupe_key=f"{first}:total",
            not_before=datetime.fromtimestamp((window + 1) * length, UTC),
        )


def letters_to_tell(alert: OutboxEvent) -> int:
    """How many letters are open as the alert is written; 0 when nobody need be told, because it was told before."""
    count = DeadLetter.objects.filter(state=LetterState.OPEN).count()
    first = OutboxEvent.objects.filter(dedupe_key=alert.payload.get("corrects", "")).first()
    told = first.payload.get("letters", 0) if first is not None else 0
    return count if count > told else 0


def requeue(*, actor: Actor, letter_id: int, idempotency_key: str | None = None) -> None:
    """Give the work back to its source; the same request again finds it done.

    Raises:
        NotAllowed, NotFound: the actor is no admin; there is no such letter.
        LetterSettled: it was requeued or discarded before.
        CannotRequeue: the source does not take it back; the reason is in the message. The letter stays open.
        IdempotencyConflict, Busy.
    """
    request = _request(actor, "requeue_letter", letter_id, idempotency_key)

    def work() -> int:
        with transaction.atomic():
            letter = _settle(actor, letter_id, LetterState.REQUEUED)
            _give_back(letter)
            request.remember(letter_id)
        return letter_id

    answer_once(request, work)
    log.info("dead letter %s requeued by user %s", letter_id, actor.user_id)


def _give_back(letter: DeadLetter) -> None:
    give_back = _requeue_by_source.get(letter.source)
    if give_back is None:
        raise CannotRequeue(f"nothing takes back work of “{letter.source}”", source=letter.source)
    try:
        give_back(Letter(letter.pk, letter.task, letter.payload, letter.trace_id))
    except Exception as error:
        log.exception("dead letter %s was not taken back", letter.pk)
        # What was foreseen is said in words.
        why = str(error) if type(error) is LookupError else f"{type(error).__name__}: {error}"
        raise CannotRequeue(why, source=letter.source) from error


def discard(*, actor: Actor, letter_id: int, idempotency_key: str | None = None) -> None:
    """Close the letter without repeating its work; the same request again finds it closed.

    Raises:
        NotAllowed, NotFound, LetterSettled, IdempotencyConflict, Busy: as ``requeue``.
    """
    request = _request(actor, "discard_letter", letter_id, idempotency_key)

    def work() -> int:
        with transaction.atomic():
            _settle(actor, letter_id, LetterState.DISCARDED)
            request.remember(letter_id)
        return letter_id

    answer_once(request, work)
    log.info("dead letter %s discarded by user %s", letter_id, actor.user_id)


def _request(actor: Actor, operation: str, letter_id: int, key: str | None) -> Request:
    return Request.of(actor=actor, operation=operation, key=key, content={"letter": letter_id})


def _settle(actor: Actor, letter_id: int, state: LetterState) -> DeadLetter:
    """Move an open letter to ``state``; of two operators who press at once, one wins."""
    if not actor.is_admin:
        raise NotAllowed("only admins settle dead letters")
    moved = DeadLetter.objects.filter(pk=letter_id, state=LetterState.OPEN).update(
        state=state, resolved_at=clock.now(), resolved_by=actor.user_id
    )
    letter = DeadLetter.objects.filter(pk=letter_id).first()
    if letter is None:
        raise NotFound(f"dead letter {letter_id}")
    if not moved:
        raise LetterSettled(f"dead letter {letter_id} is already {letter.state}", state=letter.state)
    audit.record(
        actor=actor,
        action=str(state),
        entity=audit.entity_of(DeadLetter),
        entity_id=letter_id,
        before={"state": LetterState.OPEN},
        after={"state": state},
    )
    return letter
