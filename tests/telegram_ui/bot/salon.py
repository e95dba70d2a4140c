"""One place, two specialists, three services: small enough to know every free time by heart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal

from asgiref.sync import sync_to_async
from django.db import transaction
from i18nfield.strings import LazyI18nString

from bookings.enums import Language, Role
from bookings.models import (
    Company,
    Location,
    Service,
    ServiceCategory,
    Specialist,
    SpecialistService,
    User,
    WorkingHours,
)


def both(russian: str, english: str) -> LazyI18nString:
    return LazyI18nString({"ru": russian, "en": english})


@dataclass(frozen=True, slots=True)
class Salon:
    location: Location
    haircut: Service
    colouring: Service
    manicure: Service
    maria: Specialist
    kate: Specialist


@transaction.atomic
def open_salon() -> Salon:
    """Open Monday to Saturday, 10:00–19:00 in Moscow; Kate works Tuesdays and Thursdays only."""
    company = Company.objects.current()
    company.name = both("Студия «Лаванда»", "Lavender Studio")
    company.about = both("Стрижки и маникюр в центре города.", "Hair and nails in the centre of town.")
    company.phone, company.currency, company.slot_step_minutes = "+7 495 123-45-67", "RUB", 30
    company.save()
    location = Location.objects.create(
        name=both("На Покровке", "Pokrovka"),
        address=both("ул. Покровка, 17", "17 Pokrovka St"),
        timezone="Europe/Moscow",
        phone="+7 495 123-45-67",
        latitude=Decimal("55.7593"),
        longitude=Decimal("37.6469"),
    )
    _hours(location, None, range(6))
    hair = ServiceCategory.objects.create(name=both("Волосы", "Hair"), position=0)
    nails = ServiceCategory.objects.create(name=both("Ногти", "Nails"), position=1)
    haircut = _service(hair, both("Стрижка", "Haircut"), 60, 1500)
    colouring = _service(hair, both("Окрашивание", "Colouring"), 120, 4500)
    manicure = _service(nails, both("Маникюр", "Manicure"), 90, 2000)
    maria = _specialist(location, 2001, both("Мария", "Maria"), both("Стилист", "Stylist"), range(6))
    kate = _specialist(location, 2002, both("Катя", "Kate"), both("Колорист", "Colourist"), (1, 3))
    for specialist, service, price in (
        (maria, haircut, None),
        (maria, manicure, None),
        (kate, haircut, 1800),
        (kate, colouring, None),
    ):
        SpecialistService.objects.create(specialist=specialist, service=service, price=price)
    _person(3001, "Ольга", Language.RU, Role.ADMIN)
    _person(3002, "Oscar", Language.EN, Role.ADMIN)
    return Salon(location, haircut, colouring, manicure, maria, kate)


def _service(category: ServiceCategory, name: LazyI18nString, minutes: int, price: int) -> Service:
    return Service.objects.create(category=category, name=name, duration_minutes=minutes, price=Decimal(price))


def _specialist(
    location: Location, tg_id: int, name: LazyI18nString, bio: LazyI18nString, days: Sequence[int]
) -> Specialist:
    language = Language.RU if tg_id % 2 else Language.EN
    user = _person(tg_id, name.localize(language), language, Role.SPECIALIST)
    specialist = Specialist.objects.create(user=user, name=name, bio=bio, position=tg_id)
    specialist.locations.add(location)
    _hours(location, specialist, days)
    return specialist


def _hours(location: Location, specialist: Specialist | None, days: Sequence[int]) -> None:
    WorkingHours.objects.bulk_create(
        WorkingHours(location=location, specialist=specialist, weekday=day, starts_at=time(10), ends_at=time(19))
        for day in days
    )


def _person(tg_id: int, name: str, language: Language, role: Role) -> User:
    return User.objects.create(
        username=f"tg{tg_id}", tg_id=tg_id, first_name=name, language=language, role=role, phone=f"+7900000{tg_id}"
    )


async def open_second_place(salon: Salon) -> Location:
    """Another city, where Kate colours on Tuesdays from 9:00, among so many services that categories are asked for."""
    return await sync_to_async(_open_second_place)(salon)


@transaction.atomic
def _open_second_place(salon: Salon) -> Location:
    location = Location.objects.create(
        name=both("На Арбате", "Arbat"),
        address=both("Екатеринбург, ул. Вайнера, 9", "9 Vaynera St, Yekaterinburg"),
        timezone="Asia/Yekaterinburg",
        latitude=Decimal("56.8336"),
        longitude=Decimal("60.5947"),
        position=1,
    )
    services = [
        _service(category, both(f"Услуга {number}", f"Service {number}"), 60, 1000)
        for category in (salon.haircut.category, salon.manicure.category)
        for number in range(6)
    ]
    salon.kate.locations.add(location)
    for service in services:
        SpecialistService.objects.create(specialist=salon.kate, service=service)
    for specialist in (None, salon.kate):
        WorkingHours.objects.create(
            location=location, specialist=specialist, weekday=1, starts_at=time(9), ends_at=time(15),
            valid_from=None, valid_to=None,
        )  # fmt: skip
    WorkingHours.objects.filter(location=salon.location, specialist=salon.kate, weekday=1).delete()
    return location
