"""A made-up booking for previews of texts."""

from datetime import timedelta
from decimal import Decimal

from i18nfield.strings import LazyI18nString

from booking_site.lib import clock
from bookings.enums import BookingStatus
from bookings.queries.users import company
from bookings.read_models import BookingCard, ClientCard, ItemCard, LocationCard
from notifications.details import Facts


def _both(russian: str, english: str) -> LazyI18nString:
    return LazyI18nString({"ru": russian, "en": english})


def sample_facts() -> Facts:
    """Facts of a visit tomorrow at 15:00, with everything a text can mention."""
    starts = (clock.now() + timedelta(days=1)).replace(hour=15, minute=0, second=0, microsecond=0)
    ends = starts + timedelta(hours=1)
    about = company()
    item = ItemCard(
        service_id=1, service_name=_both("Женская стрижка", "Haircut"), specialist_id=1,
        specialist_name=_both("Анна", "Anna"), starts_at=starts, ends_at=ends, price=Decimal(40),
    )  # fmt: skip
    place = LocationCard(
        id=1, name=_both("Центр", "Downtown"), address=_both("ул. Садовая, 5", "5 Garden Street"), zone="UTC",
        phone="", latitude=None, longitude=None,
    )  # fmt: skip
    card = BookingCard(
        id=42, version=1, status=BookingStatus.CONFIRMED, starts_at=starts, ends_at=ends, location=place,
        client=ClientCard(id=1, name="Мария Петрова", phone="+79161234567", tg_id=None, language="ru"),
        items=(item,), price=Decimal(40), currency=about.currency, comment="",
    )  # fmt: skip
    payload = {
        "old_starts_at": (starts - timedelta(days=2)).isoformat(),
        "letters": 3,
        "waitlist_entry_id": 7,
        "campaign": "Spring",
        "trouble": "nobody fits the audience",
    }
    return Facts(today=clock.now(), card=card, payload=payload, company=about.name)
