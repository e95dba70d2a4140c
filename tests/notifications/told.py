"""News of a booking, whose people Telegram knows, and how time passes for what was not sent."""

from booking_site.lib import clock
from bookings.enums import EventKind, Role
from bookings.models import Booking, User
from bookings.signals import announce
from notifications import processing
from notifications.models import Delivery, OutboxEvent
from tests.notifications.conftest import Telegram
from tests.notifications.rows import book, chats_have_rested, event_of


def specialist_of(booking: Booking) -> User:
    item = booking.items.select_related("specialist__user").get()
    assert item.specialist.user is not None
    return item.specialist.user


def announced(
    telegram: Telegram, booking: Booking, kind: EventKind = EventKind.BOOKING_CREATED, **event: object
) -> int:
    """Announce something about ``booking``, whose people Telegram knows; returns the id of the event."""
    telegram.knows(booking.client, specialist_of(booking), *User.objects.filter(role=Role.ADMIN))
    announce(event_of(booking, kind, **event))  # type: ignore[arg-type]
    return OutboxEvent.objects.latest("pk").pk


def told_client(telegram: Telegram) -> tuple[Booking, int]:
    """A booking whose confirmation to the client is the only message; and its event."""
    booking = book()
    event = announced(telegram, booking, EventKind.BOOKING_CONFIRMED, role=Role.ADMIN, user_id=999)
    return booking, event


def the_delivery() -> Delivery:
    return Delivery.objects.get()


def pass_time() -> None:
    """Everything that waits for its time is due."""
    Delivery.objects.update(due_at=clock.now())
    OutboxEvent.objects.update(due_at=clock.now())
    chats_have_rested()


def try_again() -> Delivery:
    pass_time()
    processing.deliver_due()
    return the_delivery()
