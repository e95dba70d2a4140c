"""One-time codes by Telegram: to whom they come, and what is left of them."""

import pytest

from booking_site.lib.outbound_limiter import MustWait
from booking_site.lib.outbound_pause import PAUSE_KEY
from booking_site.lib.redis_client import client as redis_client
from bookings.models import User
from notifications import codes
from notifications.models import Delivery, OutboxEvent
from tests.factories import ClientFactory
from tests.notifications.conftest import Telegram

pytestmark = pytest.mark.django_db(transaction=True)


def anna(**changes: object) -> User:
    user: User = ClientFactory.create(**{"tg_username": "anna", "language": "ru"} | changes)
    return user


def send(address: str = "anna") -> int | None:
    return codes.send(address=address, code="123456", language="en")


def test_a_code_comes_in_the_readers_own_language_and_is_kept_nowhere(telegram: Telegram) -> None:
    user = anna()
    telegram.knows(user)
    assert send() == user.pk
    assert telegram.texts(user) == ["Ваш код: 123456"]
    assert not Delivery.objects.exists()
    assert not OutboxEvent.objects.exists()


def test_who_has_no_language_is_written_to_in_that_of_the_form(telegram: Telegram) -> None:
    user = anna(language="")
    telegram.knows(user)
    send()
    assert telegram.texts(user) == ["Your code: 123456"]


@pytest.mark.parametrize(
    "changes", [{"is_banned": True}, {"bot_blocked": True}, {"tg_id": None}, {"tg_username": "b"}]
)
def test_who_cannot_be_told_is_not_tried(telegram: Telegram, changes: dict[str, object]) -> None:
    anna(**changes)
    assert (send(), telegram.tries()) == (None, 0)


def test_a_code_that_telegram_refuses_has_not_arrived(telegram: Telegram) -> None:
    telegram.knows(anna())
    telegram.fault("forbidden")
    assert send() is None


def test_while_everybody_has_to_wait_the_form_is_told_so(telegram: Telegram) -> None:
    telegram.knows(anna())
    seconds, micros = redis_client().time()
    redis_client().set(PAUSE_KEY, (seconds + 60) * 1_000_000 + micros, px=60_000)
    with pytest.raises(MustWait):
        send()
    assert telegram.tries() == 0
