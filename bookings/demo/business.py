"""The demo business as rows: company, places, people, services and hours."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.hashers import make_password
from i18nfield.strings import LazyI18nString

from booking_site.lib import clock
from bookings.demo import catalogue, people, portraits
from bookings.demo.people import DemoPerson
from bookings.enums import Language, OverrideKind, Role
from bookings.models import (
    CalendarOverride,
    Company,
    Location,
    Room,
    Service,
    ServiceCategory,
    Specialist,
    SpecialistService,
    User,
    WorkingHours,
)
from bookings.services.specialist_photo import portrait_file, store
from bookings.slots import cache


@dataclass(frozen=True, slots=True)
class Business:
    """What the bookings are made from. ``specialists`` are in the catalogue's order, each with their location."""

    locations: dict[str, Location]
    services: dict[str, Service]
    specialists: tuple[tuple[Specialist, Location], ...]
    telegram_clients: tuple[User, ...]
    walk_ins: tuple[User, ...]
    admin: User

    @property
    def clients(self) -> tuple[User, ...]:
        return (*self.telegram_clients, *self.walk_ins)


def build() -> Business:
    """Write everything but the bookings; call it inside ``atomic``."""
    _company()
    locations = {demo.key: _location(demo, position) for position, demo in enumerate(catalogue.LOCATIONS)}
    services = _services()
    specialists = tuple(
        (_specialist(demo, position, locations[demo.location], services), locations[demo.location])
        for position, demo in enumerate(catalogue.SPECIALISTS)
    )
    _days_off(specialists, locations)
    for location in locations.values():
        cache.invalidate(location.pk)  # hours were written in bulk, which sends no signals
    return Business(
        locations=locations,
        services=services,
        specialists=specialists,
        telegram_clients=tuple(_person(person) for person in people.CLIENTS),
        walk_ins=_walk_ins(),
        admin=_admin(),
    )


def _text(both: catalogue.Both) -> LazyI18nString:
    return LazyI18nString({"ru": both[0], "en": both[1]})


def _company() -> None:
    company = Company.objects.current()
    company.name = _text(catalogue.COMPANY_NAME)
    company.about = _text(catalogue.COMPANY_ABOUT)
    company.phone = catalogue.COMPANY_PHONE
    company.currency = catalogue.CURRENCY
    company.save()


def _location(demo: catalogue.DemoLocation, position: int) -> Location:
    location = Location.objects.create(
        name=_text(demo.name),
        address=_text(demo.address),
        timezone=demo.timezone,
        latitude=demo.latitude,
        longitude=demo.longitude,
        phone=demo.phone,
        position=position,
    )
    for name in demo.rooms:
        Room.objects.create(location=location, name=_text(name))
    WorkingHours.objects.bulk_create(
        WorkingHours(location=location, weekday=day, starts_at=starts_at, ends_at=ends_at)
        for day, (starts_at, ends_at) in demo.hours.items()
    )
    return location


def _services() -> dict[str, Service]:
    services = {}
    for position, (name, offered) in enumerate(catalogue.CATEGORIES):
        category = ServiceCategory.objects.create(name=_text(name), position=position)
        for place, demo in enumerate(offered):
            services[demo.key] = Service.objects.create(
                category=category,
                name=_text(demo.name),
                description=_text(demo.description),
                duration_minutes=demo.minutes,
                buffer_before_minutes=demo.before,
                buffer_after_minutes=demo.after,
                price=Decimal(demo.price),
                capacity=demo.capacity,
                needs_room=demo.needs_room,
                position=place,
            )
    return services


def _specialist(
    demo: catalogue.DemoSpecialist, position: int, location: Location, services: dict[str, Service]
) -> Specialist:
    specialist = Specialist.objects.create(
        user=_person(people.SPECIALISTS[position]),
        name=_text(demo.name),
        bio=_text(demo.bio),
        photo=store(portrait_file(portraits.draw(portraits.FACES[position]))),
        position=position,
    )
    specialist.locations.add(location)
    SpecialistService.objects.bulk_create(
        SpecialistService(
            specialist=specialist,
            service=services[key],
            price=None if price is None else Decimal(price),
            duration_minutes=demo.own_minutes.get(key),
        )
        for key, price in demo.offers.items()
    )
    WorkingHours.objects.bulk_create(
        WorkingHours(location=location, specialist=specialist, weekday=day, starts_at=starts_at, ends_at=ends_at)
        for day in demo.days
        for starts_at, ends_at in demo.intervals
    )
    return specialist


def _days_off(specialists: tuple[tuple[Specialist, Location], ...], locations: dict[str, Location]) -> None:
    today = clock.now().date()
    CalendarOverride.objects.create(
        kind=OverrideKind.CLOSED,
        specialist=specialists[0][0],
        date_from=today + timedelta(days=4),
        date_to=today + timedelta(days=4),
        reason="Выходной",
    )
    CalendarOverride.objects.create(
        kind=OverrideKind.CLOSED,
        specialist=specialists[2][0],
        date_from=today + timedelta(days=2),
        date_to=today + timedelta(days=2),
        starts_at=time(16),
        ends_at=time(20),
        reason="Обучение",
    )
    CalendarOverride.objects.create(
        kind=OverrideKind.CLOSED,
        location=locations["yekaterinburg"],
        date_from=_next_weekday(today + timedelta(days=8)),
        date_to=_next_weekday(today + timedelta(days=8)),
        reason="Санитарный день",
    )


def _next_weekday(day: date) -> date:
    return day + timedelta(days=1) if day.weekday() == catalogue.SUN else day


def _person(person: DemoPerson) -> User:
    user, _made = User.objects.update_or_create(
        tg_id=person.tg_id,
        defaults={
            "first_name": person.first_name,
            "last_name": person.last_name,
            "tg_username": person.username,
            "language": person.language,
            "role": person.role,
        },
        create_defaults={
            "username": f"tg{person.tg_id}",
            "password": make_password(None),
            "first_name": person.first_name,
            "last_name": person.last_name,
            "tg_username": person.username,
            "language": person.language,
            "role": person.role,
            "phone": f"+7900000{person.tg_id}" if person.role != Role.CLIENT else f"+7916555{person.tg_id}",
        },
    )
    return user


def _admin() -> User:
    """The bot's demo admin is the site's, too: login ``admin`` with the development secret ADMIN_PASSWORD."""
    admin = _person(people.ADMIN)
    if not User.objects.filter(username="admin").exists():
        admin.username = "admin"
        admin.set_password(settings.SECRETS["ADMIN_PASSWORD"])
    admin.is_staff = admin.is_superuser = True
    admin.save()
    return admin


def _walk_ins() -> tuple[User, ...]:
    users = [
        User(
            username=f"client{number}",
            first_name=first,
            last_name=last,
            phone=phone,
            language=Language.RU if first.isascii() is False else Language.EN,
            password=make_password(None),
        )
        for number, (first, last, phone) in enumerate(catalogue.WALK_INS, start=1)
    ]
    return tuple(User.objects.bulk_create(users))
