"""Who asks about bookings."""

import pytest
from django.test import Client

from tests.bookings.api.callers import with_session, with_token
from tests.bookings.conftest import Salon


@pytest.fixture
def client(salon: Salon) -> Client:
    """The client of the salon, logged in with a code."""
    return with_token(salon.client)


@pytest.fixture
def admin(salon: Salon) -> Client:
    return with_session(salon.admin)
