"""Every saved or deleted row that changes openness drops the cached grids of the locations it touches.

Queries that bypass signals (``update``, ``bulk_create``) must call ``cache.invalidate`` themselves.
"""

from typing import Any

from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from bookings.models import CalendarOverride, Company, Location, Room, Specialist, WorkingHours
from bookings.slots.cache import invalidate_many


def _all_locations() -> set[int]:
    return set(Location.objects.values_list("id", flat=True))


def _of_specialist(specialist_id: int) -> set[int]:
    hours = WorkingHours.objects.filter(specialist_id=specialist_id).values_list("location_id", flat=True)
    linked = Location.objects.filter(specialists=specialist_id).values_list("id", flat=True)
    return {*hours, *linked}


def touched_locations(row: Model) -> set[int]:
    """Ids of the locations whose openness depends on ``row``."""
    match row:
        case Location():
            return {row.pk}
        case Company():
            return _all_locations()
        case WorkingHours() | Room():
            return {row.location_id}
        case Specialist():
            return _of_specialist(row.pk)
        case CalendarOverride():
            if row.location_id is not None:
                return {row.location_id}
            if row.room_id is not None:
                return set(Room.objects.filter(pk=row.room_id).values_list("location_id", flat=True))
            return _of_specialist(row.specialist_id) if row.specialist_id is not None else set()
        case _:
            return set()


def _before_save(sender: type[Model], instance: Model, **_kwargs: Any) -> None:
    """A row that moves to another location or person leaves a hole where it was."""
    stored = sender._base_manager.filter(pk=instance.pk).first() if instance.pk else None  # noqa: SLF001 - Django's documented name
    if stored is not None:
        invalidate_many(touched_locations(stored))


def _changed(instance: Model, **_kwargs: Any) -> None:
    invalidate_many(touched_locations(instance))


def _specialist_locations_changed(instance: Model, action: str, pk_set: set[int] | None, **_kwargs: Any) -> None:
    """``instance`` is a specialist, or a location when the relation was changed from its side."""
    if action not in ("post_add", "post_remove", "pre_clear"):
        return
    linked = (pk_set or set()) if isinstance(instance, Specialist) else set()
    invalidate_many(touched_locations(instance) | linked)


def connect() -> None:
    """Called once, when the application is ready."""
    movable: tuple[type[Model], ...] = (WorkingHours, CalendarOverride, Room)
    for model in movable:
        pre_save.connect(_before_save, sender=model, dispatch_uid=f"slots-before-{model.__name__}")
    everything: tuple[type[Model], ...] = (*movable, Location, Specialist, Company)
    for model in everything:
        post_save.connect(_changed, sender=model, dispatch_uid=f"slots-saved-{model.__name__}")
        post_delete.connect(_changed, sender=model, dispatch_uid=f"slots-deleted-{model.__name__}")
    m2m_changed.connect(
        _specialist_locations_changed,
        sender=Specialist.locations.through,
        dispatch_uid="slots-specialist-locations",
    )
