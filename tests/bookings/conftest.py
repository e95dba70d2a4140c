"""A salon in Berlin on Monday, 2 March 2026, 08:00 local time (07:00 UTC); it opens at 09:00."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from bookings.actor import Actor
from bookings.enums import Door, Role
from bookings.models import Booking, Company, Location, Service, Specialist, User
from bookings.read_models import BookingCard, ItemRequest
from bookings.services.create_booking import create_booking
from bookings.signals import BookingEvent, booking_event
from tests.bookings.kept import Keepsake
from tests.factories import AdminFactory, ClientFactory, LocationFactory, ServiceFactory, SpecialistFactory

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
#: The next day, 10:00 in Berlin.
TOMORROW = datetime(2026, 3, 3, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def actor_of(user: User, *, door: Door = Door.API) -> Actor:
    """The actor a door makes of a user."""
    specialist = getattr(user, "specialist", None)
    return Actor(
        role=Role(user.role),
        door=door,
        user_id=user.pk,
        specialist_id=specialist.pk if specialist else None,
        trace_id="trace-1",
    )


@dataclass
class Salon:
    """Two specialists give one service of an hour; the first one has a Telegram user."""

    location: Location
    service: Service
    anna: Specialist
    boris: Specialist
    client: User
    stranger: User
    admin: User
    anna_user: User

    @property
    def as_client(self) -> Actor:
        return actor_of(self.client)

    @property
    def as_admin(self) -> Actor:
        return actor_of(self.admin, door=Door.ADMIN)

    @property
    def as_anna(self) -> Actor:
        return actor_of(self.anna_user, door=Door.BOT)

    def book(self, starts_at: datetime = TOMORROW, **changes: Any) -> BookingCard:
        """A booking of the client with Anna, made by the client."""
        wanted: dict[str, Any] = {
            "actor": self.as_client,
            "client_id": self.client.pk,
            "location_id": self.location.pk,
            "items": [ItemRequest(self.service.pk, self.anna.pk)],
            "starts_at": starts_at,
        }
        return create_booking(**{**wanted, **changes})


@dataclass
class Heard:
    """The events announced so far."""

    events: list[BookingEvent] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        return [event.kind.value for event in self.events]


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def salon(db: None, frozen: time_machine.Traveller) -> Salon:
    return kept_salon.get()


def make_salon() -> Salon:
    service = ServiceFactory.create()
    location = LocationFactory.create()
    anna_user = ClientFactory.create(role=Role.SPECIALIST)
    return Salon(
        location=location,
        service=service,
        anna=SpecialistFactory.create(at=[location], gives=[service], user=anna_user),
        boris=SpecialistFactory.create(at=[location], gives=[service]),
        client=ClientFactory.create(),
        stranger=ClientFactory.create(),
        admin=AdminFactory.create(),
        anna_user=anna_user,
    )


kept_salon = Keepsake(make_salon)


@pytest.fixture
def heard() -> Iterator[Heard]:
    heard = Heard()

    def listen(event: BookingEvent, **_kwargs: Any) -> None:
        heard.events.append(event)

    booking_event.connect(listen)
    yield heard
    booking_event.disconnect(listen)


def set_policy(**policy: Any) -> None:
    company = Company.objects.current()
    for name, value in policy.items():
        setattr(company, name, value)
    company.save()


def row(card: BookingCard) -> Booking:
    return Booking.objects.get(pk=card.id)
