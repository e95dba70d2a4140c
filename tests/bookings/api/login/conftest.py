"""Mail that nobody has written yet."""

from collections.abc import Iterator

import pytest
from django.core import mail
from django.test import override_settings

from tests.bookings.api.login.asking import Sent, by_telegram, sent
from tests.bookings.conftest import Salon


@pytest.fixture(autouse=True)
def _salon(salon: Salon) -> None:
    mail.outbox.clear()


@pytest.fixture
def telegram() -> Iterator[Sent]:
    sent.codes.clear()
    senders = {
        "telegram": f"{by_telegram.__module__}.by_telegram",
        "email": "bookings.services.code_by_email.send",
    }
    with override_settings(API_CODE_SENDERS=senders):
        yield sent
