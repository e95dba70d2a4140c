"""A booking as messages see it, without a database."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from i18nfield.strings import LazyI18nString

from bookings.enums import BookingStatus
from bookings.read_models import BookingCard, ClientCard, ItemCard, LocationCard
from notifications.details import Facts


def both(russian: str, english: str) -> LazyI18nString:
    return LazyI18nString({"ru": russian, "en": english})


TODAY = datetime(2026, 11, 20, 9, tzinfo=UTC)
STARTS = datetime(2026, 11, 24, 12, tzinfo=UTC)  # 15:00 in Moscow
ENDS = datetime(2026, 11, 24, 13, tzinfo=UTC)

ITEM = ItemCard(
    service_id=1, service_name=both("Стрижка", "Haircut"), specialist_id=1,
    specialist_name=both("Анна", "Anna"), starts_at=STARTS, ends_at=ENDS, price=Decimal(1500),
)  # fmt: skip
CARD = BookingCard(
    id=42,
    version=1,
    status=BookingStatus.CONFIRMED,
    starts_at=STARTS,
    ends_at=ENDS,
    location=LocationCard(
        id=1, name=both("На Арбате", "Arbat"), address=both("Арбат, 5", "5 Arbat St"), zone="Europe/Moscow",
        phone="", latitude=None, longitude=None,
    ),
    client=ClientCard(id=7, name="James Carter", phone="+44 20 7946 0000", tg_id=1002, language="en"),
    items=(ITEM,),
    price=Decimal(1500),
    currency="RUB",
    comment="",
)  # fmt: skip


def facts(payload: dict[str, Any] | None = None, **changes: Any) -> Facts:
    """Facts about CARD with ``changes`` in it."""
    return Facts(today=TODAY, card=replace(CARD, **changes), payload=payload or {}, company=both("Салон", "Salon"))
