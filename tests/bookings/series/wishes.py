"""Series of visits, wished for, planned and booked."""

from datetime import timedelta
from typing import Any

from bookings.read_models import ItemRequest, RecurringPlan, SeriesCard
from bookings.services.recurring import book_recurring, plan_recurring
from tests.bookings.conftest import TOMORROW, Salon

WEEK = timedelta(weeks=1)


def wish(salon: Salon, **changes: Any) -> dict[str, Any]:
    """Four weeks of the client's hour with Anna."""
    wanted = {
        "actor": salon.as_client,
        "client_id": salon.client.pk,
        "location_id": salon.location.pk,
        "items": [ItemRequest(salon.service.pk, salon.anna.pk)],
        "starts_at": TOMORROW,
        "every_weeks": 1,
        "times": 4,
    }
    return {**wanted, **changes}


def plan(salon: Salon, **changes: Any) -> RecurringPlan:
    return plan_recurring(**wish(salon, **changes))


def book(salon: Salon, **changes: Any) -> SeriesCard:
    return book_recurring(**wish(salon, **changes))
