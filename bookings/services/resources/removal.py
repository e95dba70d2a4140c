"""Removing rows: what is in use stays, and it is said what uses it."""

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction
from django.db.models import Model

from bookings.actor import Actor
from bookings.services import audit
from bookings.services.attempts import retried
from bookings.services.resources.entity import Entity
from bookings.services.resources.refusals import InUse
from bookings.services.resources.snapshot import values_of
from bookings.services.resources.use import uses_of
from bookings.services.resources.writing import locked, told_by_database, update

M = TypeVar("M", bound=Model)


def remove(
    *, actor: Actor, entity: Entity[M], row_id: int, expect: Callable[[M], None] = lambda _row: None
) -> None:
    """Delete the row with what is part of it. ``expect`` is asked about it first, under its lock.

    Raises:
        InUse: other rows need it. NotAllowed, NotFound, Busy, what ``expect`` and ``entity.part`` raise.
    """
    entity.require_removal(actor)

    def work() -> None:
        with transaction.atomic():
            row = locked(entity, row_id)
            expect(row)
            if users := used_by(row):
                raise InUse(
                    f"It is in use: {', '.join(f'{count} {name}' for name, count in users.items())}",
                    used_by=users,
                    can_be_archived=entity.can_be_archived,
                )
            before = values_of(row)
            entity.part(actor, row, before)
            row.delete()
            audit.record(
                actor=actor, action="deleted", entity=entity.name, entity_id=row_id, before=before, after=None
            )

    retried(lambda: told_by_database(work))


def archive(*, actor: Actor, entity: Entity[M], row_id: int, expect: Callable[[M], None] = lambda _row: None) -> M:
    """Keep the row for what refers to it, and offer it no more. Raises as ``update`` does."""
    return update(actor=actor, entity=entity, row_id=row_id, values={"is_active": False}, expect=expect)


def used_by(row: Model) -> dict[str, int]:
    """As entities are named: ``{"booking": 3}``; empty when nothing keeps the row."""
    return dict(sorted((audit.entity_of(model), count) for model, count in uses_of(row).items()))
