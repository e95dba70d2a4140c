"""Visits that were not made through the bot."""

from datetime import datetime, timedelta
from typing import Any

from asgiref.sync import sync_to_async

from booking_site.lib import clock
from bookings.actor import SYSTEM
from bookings.enums import BookingStatus
from bookings.models import Booking, User
from bookings.read_models import BookingCard, ItemRequest
from bookings.services.create_booking import create_booking
from tests.telegram_ui.bot.salon import Salon


async def past_visit(salon: Salon, tg_id: int, *, days_ago: int) -> BookingCard:
    """A haircut with Maria at 15:00 in Moscow, that many days ago; it took place."""
    return await sync_to_async(_past)(salon, tg_id, days_ago)


def _past(salon: Salon, tg_id: int, days_ago: int) -> BookingCard:
    """Booked ahead as everything is, then set back: nothing can be booked into the past."""
    today = clock.now().replace(hour=12, minute=0, second=0, microsecond=0)
    card = _book(salon, tg_id, today + timedelta(days=1))
    shift = timedelta(days=days_ago + 1)
    booking = Booking.objects.get(pk=card.id)
    rows: list[Any] = [booking, *booking.items.all()]
    for item in booking.items.all():
        item.allocations.all().delete()
    for row in rows:
        row.starts_at, row.ends_at = row.starts_at - shift, row.ends_at - shift
    booking.status = BookingStatus.DONE
    for row in rows:
        row.save()
    return card


async def visit(salon: Salon, tg_id: int, starts_at: datetime) -> BookingCard:
    """A haircut with Maria at that instant, booked for somebody by the system."""
    return await sync_to_async(_book)(salon, tg_id, starts_at)


def _book(salon: Salon, tg_id: int, starts_at: datetime) -> BookingCard:
    return create_booking(
        actor=SYSTEM,
        client_id=User.objects.get(tg_id=tg_id).pk,
        location_id=salon.location.pk,
        items=(ItemRequest(service_id=salon.haircut.pk, specialist_id=salon.maria.pk),),
        starts_at=starts_at,
    )
