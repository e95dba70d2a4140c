"""A crowd of real processes, and a salon in real time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection

from booking_site.lib import clock
from tests.bookings.conftest import Salon, make_salon
from tests.bookings.contenders import Contenders, contenders


@pytest.fixture(scope="package")
def crowd(django_db_setup: None, valkey: str) -> Iterator[Contenders]:
    database = str(connection.settings_dict["NAME"])
    with contenders(database, valkey) as crowd:
        yield crowd


@pytest.fixture
def busy_salon(transactional_db: None) -> Salon:
    """The usual salon, in real time: other processes cannot be frozen."""
    return make_salon()


@pytest.fixture
def ten(busy_salon: Salon) -> datetime:
    """10:00 in Berlin, the day after tomorrow."""
    day = clock.now().astimezone(busy_salon.location.zone).date() + timedelta(days=2)
    return datetime(day.year, day.month, day.day, 10, tzinfo=busy_salon.location.zone)
