"""The same request again gets the same answer, however many times and from however many processes at once."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import IntegrityError
from django.db.models import Model, QuerySet

from booking_site.lib.prepared import PreparedObjects
from booking_site.lib.prepared_insert import PreparedInsert
from bookings.actor import Actor
from bookings.exceptions import BookingError, IdempotencyConflict, NotFound
from bookings.models import IdempotencyKey
from bookings.services.attempts import retried
from bookings.services.audit import entity_of
from bookings.services.database_errors import Refusal, refusal_of

M = TypeVar("M", bound=Model)

_KEY_LIMIT = 200

_keys = PreparedInsert(IdempotencyKey)
_known = PreparedObjects(lambda scope, key: IdempotencyKey.objects.filter(scope=scope, key=key))


@dataclass(frozen=True, slots=True)
class Request:
    """A request that may come more than once; without a key it is new each time."""

    scope: str
    key: str | None
    fingerprint: str

    @classmethod
    def of(cls, *, actor: Actor, operation: str, key: str | None, content: dict[str, Any]) -> "Request":
        """Keys are the caller's own: the same key of another person or operation is another request."""
        told = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
        if key is not None and len(key) > _KEY_LIMIT:
            key = "sha256:" + hashlib.sha256(key.encode()).hexdigest()
        return cls(
            scope=f"{operation}:{actor.role}:{actor.user_id or 0}",
            key=key or None,
            fingerprint=hashlib.sha256(told.encode()).hexdigest(),
        )

    def answer(self) -> int | None:
        """Id of what this request led to earlier: a booking, or what else the operation makes.

        Raises:
            IdempotencyConflict: the key was used for other content.
        """
        if self.key is None:
            return None
        known = _known.first(scope=self.scope, key=self.key)
        if known is None:
            return None
        if known.fingerprint != self.fingerprint:
            raise IdempotencyConflict("the key was used for another request")
        return known.result_id

    def remember(self, result_id: int) -> None:
        """Keep the answer; call it in the transaction that does the work, so that both hold or neither."""
        if self.key is not None:
            _keys.write_soon(
                IdempotencyKey(scope=self.scope, key=self.key, fingerprint=self.fingerprint, result_id=result_id)
            )


def answer_once(request: Request, work: Callable[[], int], *, repeats_are_refused: bool = False) -> int:
    """Id of the result: of the earlier answer, or of ``work()``, which must ``request.remember`` it.

    Of two calls at once, one does the work. The other is refused on its way (the slot is taken, the status is wrong,
    the key is there) and finds the answer then. Where a repeat is sure to be refused so, ``repeats_are_refused`` spares
    the first of many the look for an earlier answer.
    """
    known = None if repeats_are_refused else request.answer()
    if known is not None:
        return known
    try:
        return retried(work)
    except IntegrityError as error:
        if refusal_of(error) is not Refusal.KEY_TAKEN:
            raise
        refused: Exception = error
    except BookingError as error:
        refused = error
    known = request.answer()
    if known is None:
        raise refused
    return known


def made_once(rows: QuerySet[M], request: Request, work: Callable[[], int]) -> M:
    """Of ``rows`` the one whose id ``answer_once`` gives: read again, since it may have been made long ago.

    Raises NotFound: it was removed since; and what ``answer_once`` raises.
    """
    row = rows.filter(pk=answer_once(request, work)).first()
    if row is None:
        raise NotFound(f"The {entity_of(rows.model).replace('_', ' ')} that this key made is gone")
    return row
