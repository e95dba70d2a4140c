"""People with neither Telegram nor a browser that asked are written to."""

import smtplib
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from bookings.enums import EventKind, Role
from bookings.models import User
from bookings.signals import announce
from notifications import processing
from notifications.events import Channel, DeliveryState
from notifications.models import Delivery, OutboxEvent
from notifications.plain import plain, title_and_rest
from notifications.transports import transport_of
from tests.factories import ClientFactory
from tests.notifications.rows import book, event_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client() -> User:
    client: User = ClientFactory.create(tg_id=None, email="james@example.com", language="en")
    return client


def confirmed(client: User) -> Delivery:
    announce(event_of(book(client=client), EventKind.BOOKING_CONFIRMED, role=Role.ADMIN, user_id=999))
    processing.process(OutboxEvent.objects.latest("pk").pk)
    return Delivery.objects.get(recipient=client)


def test_the_letter_has_the_first_line_for_a_subject_and_reads_well_without_html(client: User) -> None:
    row = confirmed(client)
    assert (row.channel, row.state) == (Channel.EMAIL, DeliveryState.SENT)
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["james@example.com"], "✅ Your visit is confirmed")
    assert letter.body.startswith("✅ Your visit is confirmed\n\n▫️ Haircut\n👤 Anna\n")
    assert isinstance(letter, EmailMultiAlternatives)
    html, kind = letter.alternatives[0]
    assert kind == "text/html"
    assert "✅ <b>Your visit is confirmed</b><br>" in str(html)
    assert letter.extra_headers["X-Booking-Delivery"] == str(row.pk)


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (smtplib.SMTPRecipientsRefused({"j": (550, b"no such user")}), DeliveryState.SKIPPED, "mailbox_refused"),
        (smtplib.SMTPRecipientsRefused({"j": (450, b"busy")}), DeliveryState.RETRY, "failed"),
        (smtplib.SMTPServerDisconnected("closed"), DeliveryState.RETRY, "failed"),
        (ConnectionRefusedError("nobody"), DeliveryState.RETRY, "failed"),
        (ValueError("a header with a line break"), DeliveryState.DEAD, "refused"),
    ],
)
def test_errors_of_a_mail_server(
    client: User, monkeypatch: pytest.MonkeyPatch, error: Exception, state: DeliveryState, reason: str
) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> int:
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    row = confirmed(client)
    assert (row.state, row.reason) == (state, reason)


def test_a_name_with_line_breaks_cannot_add_headers(client: User) -> None:
    booking = book(client=client)
    booking.items.update(service_name="Cut\r\nBcc: everybody@example.com")
    announce(event_of(booking, EventKind.BOOKING_CONFIRMED, role=Role.ADMIN, user_id=999))
    processing.process(OutboxEvent.objects.latest("pk").pk)
    (letter,) = mail.outbox
    assert letter.bcc == []
    assert "Bcc" not in dict(letter.message().items())


def test_markup_becomes_text() -> None:
    assert plain('📍 <a href="https://maps.test/?a=1&amp;b=2">Arbat &lt;5&gt;</a>') == "📍 Arbat <5>"
    assert title_and_rest("<b>One</b>\n\nTwo") == ("One", "Two")
    assert title_and_rest("") == ("", "")


def test_channels_that_stand() -> None:
    assert all(transport_of(channel) is not None for channel in Channel)
