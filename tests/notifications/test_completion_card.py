"""Admins are asked whether the client came, and one answer is everybody's."""

import pytest

from bookings.enums import BookingStatus, Door, EventKind, Role
from bookings.models import Booking, User
from bookings.signals import announce
from notifications import processing
from notifications.models import Delivery, OutboxEvent
from tests.factories import AdminFactory
from tests.notifications.conftest import Telegram
from tests.notifications.rows import book, event_of
from tests.notifications.told import announced, pass_time

pytestmark = pytest.mark.django_db(transaction=True)


def asked(telegram: Telegram) -> tuple[Booking, User, User]:
    """A visit that ended, and the two admins who were asked about it."""
    olga, ivan = AdminFactory.create(first_name="Olga", language="en"), AdminFactory.create(language="en")
    booking = book()
    processing.process(announced(telegram, booking, EventKind.BOOKING_DONE, role=Role.SYSTEM, door=Door.SYSTEM))
    return booking, olga, ivan


def answer(booking: Booking, by: User, door: Door) -> None:
    Booking.objects.filter(pk=booking.pk).update(status=BookingStatus.DONE)
    announce(event_of(booking, EventKind.BOOKING_COMPLETED, role=Role.ADMIN, user_id=by.pk, door=door))
    processing.process(OutboxEvent.objects.latest("pk").pk)


def test_every_admin_is_asked_whether_the_client_came(telegram: Telegram) -> None:
    _booking, olga, ivan = asked(telegram)
    for admin in (olga, ivan):
        (card,) = telegram.client.chat(admin.tg_id or 0)["messages"]
        assert card["text"].startswith("🏁 The visit has ended. Did the client come?")
        buttons = [button["text"] for row in card["inline_keyboard"] for button in row]
        assert buttons == ["✅ Yes", "🙅 No"]


def test_once_one_admin_has_answered_the_cards_of_the_others_say_so(telegram: Telegram) -> None:
    booking, olga, ivan = asked(telegram)
    answer(booking, olga, Door.BOT)
    (card,) = telegram.client.chat(ivan.tg_id or 0)["messages"]
    assert card["text"].startswith("✅ The client came")
    assert card["text"].endswith("Noted by Olga")
    assert card["inline_keyboard"] == []
    assert telegram.texts(olga)[0].startswith("🏁"), "the bot itself redraws the card that was pressed"


def test_an_answer_on_the_admin_site_rewrites_the_card_of_whoever_gave_it(telegram: Telegram) -> None:
    booking, olga, _ivan = asked(telegram)
    answer(booking, olga, Door.ADMIN)
    assert telegram.texts(olga) == ["✅ The client came"]


def test_a_card_that_was_never_sent_is_not_sent_after_the_answer(telegram: Telegram) -> None:
    olga, booking = AdminFactory.create(first_name="Olga", language="en"), book()
    telegram.fault("server_error", methods=["sendMessage"])
    processing.process(announced(telegram, booking, EventKind.BOOKING_DONE, role=Role.SYSTEM, door=Door.SYSTEM))
    telegram.heal()
    answer(booking, olga, Door.ADMIN)
    pass_time()
    processing.deliver_due()
    pass_time()
    processing.deliver_due()
    assert telegram.texts(olga) == []
    assert set(Delivery.objects.values_list("state", "reason")) == {("skipped", "outdated")}
