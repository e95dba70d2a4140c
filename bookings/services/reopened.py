"""What was not on offer is on offer, though no calendar changed: somebody or something is back, or the rules are wider.

Written down as ``freed`` does it, for whoever waits: everything from now on, because it is no longer known what of it
could not be booked before.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from typing import Any, TypeVar

from django.db.models import Model
from django.db.models.signals import m2m_changed, pre_save

from booking_site.lib import clock
from bookings.models import (
    Company,
    FreedTime,
    Location,
    Room,
    Service,
    Specialist,
    SpecialistService,
    WorkingHours,
)

M = TypeVar("M", bound=Model)


def from_now(
    places: Iterable[Location], *, specialist_id: int | None = None, horizon_days: int | None = None
) -> None:
    """All that can be booked there is looked through once more: of the specialist, or of everybody."""
    now = clock.now()
    days = horizon_days if horizon_days is not None else Company.objects.current().horizon_days
    rows = []
    for place in places:
        last = now.astimezone(place.zone).date() + timedelta(days=days)
        # What begins on the last day may reach past midnight, so a day more is looked through.
        until = datetime.combine(last + timedelta(days=2), time(), place.zone)
        rows.append(FreedTime(location=place, specialist_id=specialist_id, starts_at=now, ends_at=until))
    FreedTime.objects.bulk_create(rows)


def _stored(row: M) -> M | None:
    return type(row)._base_manager.filter(pk=row.pk).first() if row.pk else None  # noqa: SLF001 - Django's documented name


def _specialist(instance: Specialist, **_kwargs: Any) -> None:
    before = _stored(instance)
    if before is not None and instance.is_active and not before.is_active:
        from_now(Location.objects.filter(specialists=instance.pk, is_active=True), specialist_id=instance.pk)


def _locations_of_specialist(instance: Model, action: str, pk_set: set[int] | None, **_kwargs: Any) -> None:
    """``instance`` is a specialist, or a location when the relation was changed from its side."""
    if action != "post_add" or not pk_set:
        return
    here: dict[str, Any] = {"specialist": instance.pk, "location__in": pk_set}
    if isinstance(instance, Location):
        here = {"location": instance.pk, "specialist__in": pk_set}
    # Who has no hours there yet opens nothing: the hours will.
    at_work = WorkingHours.objects.filter(**here).order_by().values_list("location_id", "specialist_id").distinct()
    for location_id, specialist_id in at_work:
        from_now(Location.objects.filter(pk=location_id, is_active=True), specialist_id=specialist_id)


def _gives(instance: SpecialistService, **_kwargs: Any) -> None:
    before = _stored(instance)
    if before is None or _length(instance) < _length(before):
        places = Location.objects.filter(specialists=instance.specialist_id, is_active=True)
        from_now(places, specialist_id=instance.specialist_id)


def _length(offer: SpecialistService) -> int:
    return offer.duration_minutes or offer.service.duration_minutes


def _service(instance: Service, **_kwargs: Any) -> None:
    before = _stored(instance)
    if before is not None and instance.is_active and (not before.is_active or _fits_better(before, instance)):
        from_now(Location.objects.filter(specialists__offers__service=instance.pk, is_active=True).distinct())


def _fits_better(before: Service, after: Service) -> bool:
    """Into gaps that were too short, or without what was missing."""
    lengths = ("duration_minutes", "buffer_before_minutes", "buffer_after_minutes", "needs_room")
    return after.capacity > before.capacity or any(
        getattr(after, name) < getattr(before, name) for name in lengths
    )


def _room(instance: Room, **_kwargs: Any) -> None:
    before = _stored(instance)
    if instance.is_active and not (before is not None and before.is_active):
        from_now(Location.objects.filter(pk=instance.location_id, is_active=True))


def _location(instance: Location, **_kwargs: Any) -> None:
    before = _stored(instance)
    if before is not None and instance.is_active and not before.is_active:
        from_now([instance])


def _company(instance: Company, **_kwargs: Any) -> None:
    before = _stored(instance)
    if before is not None and (
        instance.horizon_days > before.horizon_days
        or instance.min_notice_minutes < before.min_notice_minutes
        or instance.slot_step_minutes != before.slot_step_minutes
    ):
        from_now(Location.objects.filter(is_active=True), horizon_days=instance.horizon_days)


def connect() -> None:
    """Called once, when the application is ready: these rows change on many pages, in the bot and over the API."""
    receivers: dict[type[Model], Callable[..., None]] = {
        Specialist: _specialist,
        SpecialistService: _gives,
        Service: _service,
        Room: _room,
        Location: _location,
        Company: _company,
    }
    for model, receiver in receivers.items():
        pre_save.connect(receiver, sender=model, dispatch_uid=f"reopened-{model.__name__}")
    m2m_changed.connect(
        _locations_of_specialist, sender=Specialist.locations.through, dispatch_uid="reopened-at-locations"
    )
