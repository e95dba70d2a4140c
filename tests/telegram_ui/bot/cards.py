"""Read models for tests of views and keyboards, no database needed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from i18nfield.strings import LazyI18nString

from bookings.enums import BookingStatus
from bookings.read_models import BookingCard, ClientCard, ItemCard, LocationCard, ServiceCard, Slot, SpecialistCard

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # Tuesday, 15:00 in Moscow
ZONE = "Europe/Moscow"


def both(russian: str, english: str) -> LazyI18nString:
    return LazyI18nString({"ru": russian, "en": english})


def location(**changes: Any) -> LocationCard:
    fields: dict[str, Any] = {
        "id": 1, "name": both("На Тверской", "Tverskaya"), "address": both("Тверская, 7", "7 Tverskaya St"),
        "zone": ZONE, "phone": "+7 495 000-00-00", "latitude": None, "longitude": None,
    }  # fmt: skip
    return LocationCard(**{**fields, **changes})


def service(**changes: Any) -> ServiceCard:
    fields: dict[str, Any] = {
        "id": 10, "category_id": 3, "name": both("Стрижка", "Haircut"), "description": both("", ""),
        "duration_minutes": 45, "price": Decimal(1500), "price_varies": False, "currency": "RUB", "capacity": 1,
    }  # fmt: skip
    return ServiceCard(**{**fields, **changes})


def specialist(**changes: Any) -> SpecialistCard:
    fields: dict[str, Any] = {"id": 20, "name": both("Мария", "Maria"), "bio": both("", "")}
    return SpecialistCard(**{**fields, **changes})


def booking(**changes: Any) -> BookingCard:
    starts_at = changes.get("starts_at", START)
    ends_at = starts_at + timedelta(minutes=45)
    item = ItemCard(
        service_id=10,
        service_name=both("Стрижка", "Haircut"),
        specialist_id=20,
        specialist_name=both("Мария", "Maria"),
        starts_at=starts_at,
        ends_at=ends_at,
        price=Decimal(1500),
    )
    fields: dict[str, Any] = {
        "id": 7, "version": 3, "status": BookingStatus.CONFIRMED, "starts_at": starts_at, "ends_at": ends_at,
        "location": location(), "client": ClientCard(id=5, name="Анна", phone="+79120000000", tg_id=1001, language="ru"),
        "items": (item,), "price": Decimal(1500), "currency": "RUB", "comment": "",
    }  # fmt: skip
    return BookingCard(**{**fields, **changes})


def slot(hour: int, minute: int = 0, *, day: int = 24, seats_left: int | None = None) -> Slot:
    """A slot at that Moscow wall-clock time in November 2026."""
    starts_at = datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=3)
    return Slot(starts_at, starts_at + timedelta(minutes=45), (20,), seats_left)


def labels(keyboard: Any) -> list[list[str]]:
    return [[button.text for button in row] for row in keyboard.inline_keyboard]
