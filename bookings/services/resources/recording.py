"""Auditing changes that somebody else writes: the forms of the admin site."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import Model

from bookings.actor import Actor
from bookings.services import audit
from bookings.services.resources.entities import BY_MODEL
from bookings.services.resources.snapshot import values_of


def stored_values(row: Model) -> dict[str, Any]:
    """What the database has of the row now, whatever the form made of it; empty for none."""
    found = type(row)._base_manager.filter(pk=row.pk).first() if row.pk else None  # noqa: SLF001 - Django's documented name
    return {} if found is None else values_of(found)


def record_saved(*, actor: Actor, row: Model, before: dict[str, Any]) -> None:
    """Audit that the row was saved, and take the steps that go with its change; ``before`` is empty for a new one.

    Call it in the transaction of the change. Nothing is written where nothing changed.
    """
    after = stored_values(row)
    if after == before:
        return
    if (entity := BY_MODEL.get(type(row))) is not None:
        entity.settle(actor, row, before)
    audit.record(
        actor=actor,
        action="updated" if before else "created",
        entity=audit.entity_of(type(row)),
        entity_id=row.pk,
        before=before or None,
        after=after,
    )


def record_deleted(*, actor: Actor, model: type[Model], row_id: int, before: dict[str, Any]) -> None:
    """Audit that the row is gone; call it in the transaction of the deletion."""
    audit.record(
        actor=actor,
        action="deleted",
        entity=audit.entity_of(model),
        entity_id=row_id,
        before=before,
        after=None,
    )


@contextmanager
def recorded(*, actor: Actor, row: Model) -> Iterator[None]:
    """Audit what the block does to the row; inside the caller's transaction."""
    before = stored_values(row)
    yield
    record_saved(actor=actor, row=row, before=before)
