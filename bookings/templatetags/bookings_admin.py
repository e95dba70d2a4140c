"""What the admin pages show of bookings: times on the location's clock, and the day at a glance."""

from typing import Any
from zoneinfo import ZoneInfo

from django import template

from booking_site.lib import clock
from bookings.admin.door import actor_of, local_text
from bookings.enums import BookingStatus
from bookings.models import Booking
from bookings.queries.affected import LIMIT, affected_ids
from bookings.queries.bookings import day_bookings
from bookings.queries.catalog import list_locations
from bookings.read_models import BookingCard, LocationCard

register = template.Library()


@register.filter
def starts_locally(card: BookingCard) -> str:
    return local_text(card.starts_at, card.location.zone)


@register.filter
def time_locally(card: BookingCard) -> str:
    return f"{card.starts_at.astimezone(ZoneInfo(card.location.zone)):%H:%M}"


@register.filter
def clock_there(location: LocationCard) -> str:
    return local_text(clock.now(), location.zone)


@register.filter
def is_over(card: BookingCard) -> bool:
    return card.ends_at < clock.now()


@register.inclusion_tag("bookings/admin/today.html", takes_context=True)
def todays_bookings(context: dict[str, Any]) -> dict[str, Any]:
    actor = actor_of(context["request"])
    if not actor.is_admin:
        return {"places": []}
    places = []
    for location in list_locations():
        today = clock.now().astimezone(ZoneInfo(location.zone)).date()
        places.append(
            (location, day_bookings(actor=actor, location_id=location.id, date_from=today, date_to=today))
        )
    affected = len(affected_ids(actor=actor))
    return {
        "places": places,
        "count": sum(len(cards) for _location, cards in places),
        "pending": Booking.objects.filter(status=BookingStatus.PENDING).count(),
        "affected": f"{LIMIT}+" if affected == LIMIT else affected,
    }
