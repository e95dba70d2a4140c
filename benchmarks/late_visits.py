"""Visits whose reminder of a day ahead is late, written straight to the tables."""

from collections.abc import Sequence
from datetime import timedelta

from booking_site.lib import clock
from bookings.enums import BookingStatus, Door
from bookings.models import Booking, Location, User


def make_visits(chats: Sequence[int]) -> None:
    """One confirmed visit for the client of each chat, booked long ago, its reminder due up to an hour ago."""
    location = Location.objects.create(name="Salon", timezone="UTC")
    clients = {user.tg_id: user for user in User.objects.filter(tg_id__in=chats)}
    now, day, hour = clock.now(), timedelta(days=1), timedelta(hours=1)
    visits = []
    for number, chat in enumerate(chats):
        starts_at = now + day - hour * (number / len(chats))
        visits.append(
            Booking(
                location=location, client=clients[chat], status=BookingStatus.CONFIRMED, starts_at=starts_at,
                ends_at=starts_at + hour, currency="EUR", door=Door.BOT, created_at=now - 7 * day,
            )
        )  # fmt: skip
    Booking.objects.bulk_create(visits)
