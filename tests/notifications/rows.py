"""Rows of a booking, written straight to the tables: these tests are about what follows from one."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from i18nfield.strings import LazyI18nString

from booking_site.lib.redis_client import client
from bookings.actor import Actor
from bookings.enums import BookingStatus, Door, EventKind, Role
from bookings.models import Booking, BookingItem, Location, Service, Specialist, User
from bookings.signals import BookingEvent
from tests.factories import (
    ClientFactory,
    LocationFactory,
    ServiceFactory,
    SpecialistFactory,
    SpecialistUserFactory,
)
from tests.notifications.cards import ENDS, STARTS


def both(russian: str, english: str) -> LazyI18nString:
    return LazyI18nString({"ru": russian, "en": english})


def book(*, starts_at: datetime = STARTS, ends_at: datetime = ENDS, **changes: Any) -> Booking:
    """A confirmed booking of an English-speaking client with a Russian-speaking specialist in Moscow."""
    location: Location = LocationFactory.create(
        timezone="Europe/Moscow", name=both("На Арбате", "Arbat"), hours=[]
    )
    service: Service = ServiceFactory.create(name=both("Стрижка", "Haircut"))
    specialist: Specialist = SpecialistFactory.create(
        name=both("Анна", "Anna"), user=SpecialistUserFactory.create(language="ru")
    )
    client: User = changes.pop("client", None) or ClientFactory.create(first_name="James", last_name="Carter")
    values: dict[str, Any] = {
        "status": BookingStatus.CONFIRMED, "price": Decimal(50), "currency": "EUR", "door": Door.API,
    }  # fmt: skip
    booking = Booking.objects.create(
        location=location, client=client, starts_at=starts_at, ends_at=ends_at, **(values | changes)
    )
    BookingItem.objects.create(
        booking=booking, service=service, specialist=specialist, starts_at=starts_at, ends_at=ends_at,
        duration_minutes=60, price=booking.price, service_name=service.name, specialist_name=specialist.name,
    )  # fmt: skip
    return booking


def event_of(
    booking: Booking,
    kind: EventKind = EventKind.BOOKING_CREATED,
    *,
    role: Role = Role.CLIENT,
    door: Door = Door.API,
    user_id: int | None = None,
    payload: dict[str, Any] | None = None,
) -> BookingEvent:
    """What the domain would announce about ``booking``; by its client through the API where nothing is said."""
    by = booking.client_id if user_id is None and role == Role.CLIENT else user_id
    return BookingEvent(
        kind=kind,
        booking_id=booking.pk,
        actor=Actor(role=role, door=door, user_id=by, trace_id="7race"),
        payload=payload or {},
    )


def chats_have_rested() -> None:
    """The pace of each chat, one message a second, has run out: it has tests of its own, which do wait."""
    if paces := client().keys("rl:out:chat:*"):
        client().delete(*paces)
