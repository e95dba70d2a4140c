from datetime import time
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory
from i18nfield.strings import LazyI18nString

from bookings.enums import Weekday
from bookings.models import Location, Room, Service, ServiceCategory, Specialist, SpecialistService, WorkingHours


def both(russian: str, english: str) -> LazyI18nString:
    return LazyI18nString({"ru": russian, "en": english})


class LocationFactory(DjangoModelFactory[Location]):
    """Open daily 09:00–18:00; pass ``hours=None`` for one without hours."""

    class Meta:
        model = Location
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: both(f"Салон {n}", f"Salon {n}"))
    timezone = "Europe/Berlin"

    @factory.post_generation
    def hours(self: Any, create: bool, extracted: Any, **_kwargs: Any) -> None:
        if create and extracted is None:
            open_daily(self)


class RoomFactory(DjangoModelFactory[Room]):
    class Meta:
        model = Room

    location = factory.SubFactory(LocationFactory)
    name = factory.Sequence(lambda n: both(f"Кабинет {n}", f"Room {n}"))


class CategoryFactory(DjangoModelFactory[ServiceCategory]):
    class Meta:
        model = ServiceCategory

    name = factory.Sequence(lambda n: both(f"Категория {n}", f"Category {n}"))


class ServiceFactory(DjangoModelFactory[Service]):
    """An hour without buffers for 50."""

    class Meta:
        model = Service

    category = factory.SubFactory(CategoryFactory)
    name = factory.Sequence(lambda n: both(f"Услуга {n}", f"Service {n}"))
    duration_minutes = 60
    price = Decimal(50)


class SpecialistFactory(DjangoModelFactory[Specialist]):
    """Works daily 09:00–18:00 at ``at`` (locations) and gives ``gives`` (services)."""

    class Meta:
        model = Specialist
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: both(f"Мастер {n}", f"Specialist {n}"))

    @factory.post_generation
    def at(self: Any, create: bool, extracted: list[Location] | None, **_kwargs: Any) -> None:
        for location in extracted or []:
            self.locations.add(location)
            open_daily(location, self)

    @factory.post_generation
    def gives(self: Any, create: bool, extracted: list[Service] | None, **_kwargs: Any) -> None:
        SpecialistService.objects.bulk_create(
            SpecialistService(specialist=self, service=service) for service in extracted or []
        )


def open_daily(
    location: Location,
    specialist: Specialist | None = None,
    *,
    starts_at: time = time(9),
    ends_at: time = time(18),
) -> None:
    """Weekly hours of every day, of the location or of a specialist at it."""
    WorkingHours.objects.bulk_create(
        WorkingHours(
            location=location, specialist=specialist, weekday=weekday, starts_at=starts_at, ends_at=ends_at
        )
        for weekday in Weekday
    )
