"""Visits about which something has fallen due within the last hour, written straight to the tables."""

from collections.abc import Sequence
from datetime import timedelta

from booking_site.lib import clock
from bookings.enums import BookingStatus, Door
from bookings.models import Booking, Location, User

HOUR = timedelta(hours=1)


def make_visits(chats: Sequence[int], *, ahead: timedelta) -> None:
    """One confirmed visit of an hour for the client of each chat, booked long ago, that begins ``ahead`` of now or up to
    an hour earlier.
    """
    location = Location.objects.create(name="Salon", timezone="UTC")
    clients = {user.tg_id: user for user in User.objects.filter(tg_id__in=chats)}
    now = clock.now()
    visits = []
    for number, chat in enumerate(chats):
        starts_at = now + ahead - HOUR * (number / len(chats))
        visits.append(
            Booking(
                location=location, client=clients[chat], status=BookingStatus.CONFIRMED, starts_at=starts_at,
                ends_at=starts_at + HOUR, currency="EUR", door=Door.BOT, created_at=now - timedelta(days=7),
            )
        )  # fmt: skip
    Booking.objects.bulk_create(visits)
