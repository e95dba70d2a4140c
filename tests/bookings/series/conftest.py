"""What stands in the way of a series."""

from datetime import datetime

import pytest

from tests.bookings.conftest import TOMORROW, Salon, actor_of
from tests.bookings.series.wishes import WEEK


@pytest.fixture
def in_the_way(salon: Salon) -> datetime:
    """Anna is busy at the second date."""
    salon.book(TOMORROW + WEEK, actor=actor_of(salon.stranger), client_id=salon.stranger.pk)
    return TOMORROW + WEEK
