"""One attempt at a booking: through the service, or as the plain Django transaction it is compared with."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from django.conf import settings
from django.db import connections, transaction

from bookings.actor import SYSTEM, Actor
from bookings.enums import BookingStatus, Door, EventKind, Role
from bookings.exceptions import BookingError
from bookings.models import Allocation, AuditEntry, Booking, BookingItem, IdempotencyKey, StatusChange
from bookings.read_models import ItemRequest
from bookings.services.create_booking import create_booking
from notifications.models import OutboxEvent


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants; ``starts`` in epoch minutes, ``specialist_id=None`` means any."""

    key: str
    client_id: int
    location_id: int
    service_id: int
    specialist_id: int | None
    starts: int
    minutes: int = 60

    @property
    def starts_at(self) -> datetime:
        return datetime.fromtimestamp(self.starts * 60, UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """How an attempt went: seconds, and the code of the refusal (``raw …`` for what no user should ever see)."""

    seconds: float
    code: str = ""


Attempt: TypeAlias = Callable[[Wish], object]


def through_the_service(wish: Wish) -> None:
    create_booking(
        actor=Actor(role=Role.CLIENT, door=Door.API, user_id=wish.client_id),
        client_id=wish.client_id,
        location_id=wish.location_id,
        items=[ItemRequest(wish.service_id, wish.specialist_id)],
        starts_at=wish.starts_at,
        idempotency_key=wish.key,
    )


def as_a_bare_transaction(wish: Wish) -> None:
    """The same rows, written as Django writes them, by its own backend: no rule is asked, nobody is told."""
    assert wish.specialist_id is not None
    starts_at, ends_at = wish.starts_at, wish.starts_at + timedelta(minutes=wish.minutes)
    with transaction.atomic():
        booking = Booking.objects.create(
            location_id=wish.location_id, client_id=wish.client_id, status=BookingStatus.CONFIRMED,
            starts_at=starts_at, ends_at=ends_at, price=50, currency="EUR", door=Door.API,
        )  # fmt: skip
        item = BookingItem.objects.create(
            booking=booking, service_id=wish.service_id, specialist_id=wish.specialist_id, starts_at=starts_at,
            ends_at=ends_at, duration_minutes=wish.minutes, price=50, service_name="Haircut",
            specialist_name="Specialist",
        )  # fmt: skip
        Allocation.objects.create(
            specialist_id=wish.specialist_id, item=item, starts_at=starts_at, ends_at=ends_at
        )
        StatusChange.objects.create(
            booking=booking,
            to_status=booking.status,
            by_user_id=wish.client_id,
            by_role=Role.CLIENT,
            door=Door.API,
        )
        AuditEntry.objects.create(
            actor_user_id=wish.client_id, actor_role=Role.CLIENT, door=Door.API, action="created", entity="booking",
            entity_id=booking.pk, after={"status": booking.status},
        )  # fmt: skip
        now = datetime.now(UTC)
        OutboxEvent.objects.create(
            kind=EventKind.BOOKING_CREATED, booking_id=booking.pk, payload={}, actor_role=SYSTEM.role,
            door=Door.API, created_at=now, due_at=now,
        )  # fmt: skip
        IdempotencyKey.objects.create(scope="bare", key=wish.key, fingerprint="0" * 64, result_id=booking.pk)


def use_djangos_own_backend() -> None:
    """For the rest of this process; on PostgreSQL it is used anyway."""
    if connections["default"].vendor == "sqlite":
        connections["default"].close()
        settings.DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"
        connections.settings["default"]["ENGINE"] = "django.db.backends.sqlite3"
        del connections["default"]


def without_the_redis_lock() -> None:
    """For the rest of this process."""
    settings.SLOT_LOCK = False


def told_by(attempt: Attempt, wish: Wish) -> Told:
    began = time.perf_counter()
    code = ""
    try:
        attempt(wish)
    except BookingError as refusal:
        code = refusal.code
    except Exception as error:  # noqa: BLE001 - a raw error is what is looked for
        code = f"raw {type(error).__name__}: {str(error).partition(chr(10))[0]}"
    return Told(time.perf_counter() - began, code)
