"""An offer from the waitlist, shown as the visit it would become."""

from datetime import datetime
from decimal import Decimal

from bookings.cards import client_card, location_card
from bookings.enums import BookingStatus
from bookings.models import Specialist, WaitlistEntry
from bookings.queries.users import company
from bookings.read_models import BookingCard, ItemCard, Text
from notifications.models import OutboxEvent


def offered_visit(event: OutboxEvent) -> BookingCard | None:
    """What the entry wished for, at the time that is offered; ``None`` when the entry was deleted.

    It has no number yet, and the price is left open.
    """
    found = WaitlistEntry.objects.select_related("client", "location").prefetch_related("items__service")
    entry = found.filter(pk=event.payload["waitlist_entry_id"]).first()
    if entry is None:
        return None
    starts_at, specialist_id = (
        datetime.fromisoformat(event.payload["starts_at"]),
        event.payload.get("specialist_id"),
    )
    who = Specialist.objects.filter(pk=specialist_id).first() if specialist_id else None
    items = tuple(
        ItemCard(
            service_id=item.service_id,
            service_name=item.service.name,
            specialist_id=who.pk if who else 0,
            specialist_name=who.name if who else Text(""),
            starts_at=starts_at,
            ends_at=starts_at,
            price=Decimal(0),
        )
        for item in entry.items.all()
    )
    return BookingCard(
        id=0, version=0, status=BookingStatus.PENDING, starts_at=starts_at, ends_at=starts_at,
        location=location_card(entry.location), client=client_card(entry.client), items=items,
        price=Decimal(0), currency=company().currency, comment="",
    )  # fmt: skip
