"""Creating and changing rows: policy, check, save, audit, in one transaction."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from django.db import DataError, IntegrityError, transaction
from django.db.models import ManyToManyField, Model

from bookings.actor import Actor
from bookings.exceptions import BookingError, NotFound
from bookings.services import audit
from bookings.services.attempts import retried
from bookings.services.idempotency import Request, made_once
from bookings.services.resources.checking import check
from bookings.services.resources.entity import Entity
from bookings.services.resources.refusals import InvalidFields
from bookings.services.resources.snapshot import comparable, field_of, values_of

M = TypeVar("M", bound=Model)
T = TypeVar("T")


def create(
    *,
    actor: Actor,
    entity: Entity[M],
    values: Mapping[str, Any],
    idempotency_key: str | None = None,
    on_made: Callable[[M], object] = lambda _row: None,
) -> M:
    """A new row with ``values`` by attribute; the model's defaults for the rest. ``on_made`` is called with a row that this
    very call has made, once it is there; not with what the key had made before.

    Raises:
        NotAllowed: the actor may not. InvalidFields: values that cannot be.
        NotFound: the key made a row that was removed since.
        IdempotencyConflict, Busy, and what the entity's steps raise.
    """
    entity.require_write(actor)
    _require_known(values, {*entity.writable, *entity.fixed})
    request = Request.of(
        actor=actor, operation=f"create_{entity.name}", key=idempotency_key, content=audit.plain(values)
    )

    def work() -> int:
        with transaction.atomic():
            row = entity.model()
            _save(actor, entity, row, values, {})
            request.remember(row.pk)
        on_made(row)
        return int(row.pk)

    return made_once(entity.rows, request, lambda: told_by_database(work))


def update(
    *,
    actor: Actor,
    entity: Entity[M],
    row_id: int,
    values: Mapping[str, Any],
    expect: Callable[[M], None] = lambda _row: None,
) -> M:
    """Set ``values`` by attribute and leave the rest. ``expect`` is asked about the row as it is, under its lock.

    Nothing is written, and nothing audited, where ``values`` are what the row has already.

    Raises:
        NotAllowed, NotFound, InvalidFields, Busy, what ``expect`` and the entity's steps raise.
    """
    entity.require_write(actor)
    _require_known(values, entity.writable)

    def work() -> M:
        with transaction.atomic():
            row = locked(entity, row_id)
            expect(row)
            before = values_of(row)
            if any(before[name] != comparable(value) for name, value in values.items()):
                _save(actor, entity, row, values, before)
            return row

    return retried(lambda: told_by_database(work))


def check_answers(*, entity: Entity[M], values: Mapping[str, Any], latest: Collection[str]) -> None:
    """Whether the ``latest`` of the ``values`` could be of a new row, as far as the others are known; nothing is
    written, and ``create`` asks everything again.

    Raises:
        InvalidFields.
    """
    row = entity.model()
    told = {name for name in values if not _is_related(entity, name)}
    for name in told:
        setattr(row, name, values[name])
    open_ones = {name for name in (*entity.writable, *entity.fixed) if not _is_related(entity, name)} - told
    check(row, changed=told & set(latest), unknown=open_ones)


def _is_related(entity: Entity[Any], name: str) -> bool:
    """Whether the attribute is kept in rows of its own."""
    return isinstance(field_of(entity.model, name), ManyToManyField)


def locked(entity: Entity[M], row_id: int) -> M:
    """The row, which nobody else changes until the transaction ends. Raises NotFound."""
    row = entity.rows.order_by().select_for_update().filter(pk=row_id).first()
    if row is None:
        raise NotFound(f"There is no {entity.name} with this id")
    return row


def told_by_database(work: Callable[[], T]) -> T:
    """``work()``; when the database refuses what the checks let pass, once more: another request came in between.

    Raises:
        BookingError: it refuses again.
    """
    try:
        return work()
    except (IntegrityError, DataError):
        try:
            return work()
        except (IntegrityError, DataError) as error:
            raise BookingError("The database does not take these values together") from error


def _save(actor: Actor, entity: Entity[M], row: M, values: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    related: dict[str, list[int]] = {}
    for name, value in values.items():
        field = field_of(entity.model, name)
        if isinstance(field, ManyToManyField):  # as ``_is_related``, which tells the type checker nothing
            related[name] = _existing(field, name, value)
        else:
            setattr(row, name, value)
    entity.prepare(actor, row, before)
    new = not before
    check(row, changed=[name for name, value in values_of(row).items() if new or value != before[name]])
    row.save(force_insert=new)
    for name, ids in related.items():
        getattr(row, name).set(ids)
    entity.settle(actor, row, before)
    audit.record(
        actor=actor,
        action="created" if new else "updated",
        entity=entity.name,
        entity_id=row.pk,
        before=before or None,
        after=values_of(row),
    )


def _existing(field: "ManyToManyField[Any, Any]", name: str, ids: Any) -> list[int]:
    wanted = set(ids)
    known = set(field.related_model._default_manager.filter(pk__in=wanted).values_list("pk", flat=True))  # noqa: SLF001 - Django's documented name
    if missing := sorted(wanted - known):
        raise InvalidFields({name: [f"There is none with the id {one}" for one in missing]})
    return sorted(known)


def _require_known(values: Mapping[str, Any], allowed: Any) -> None:
    unknown = {name: ["This cannot be set"] for name in values if name not in allowed}
    if unknown:
        raise InvalidFields(unknown)
