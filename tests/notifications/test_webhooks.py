"""Integrators are told what they asked for: signed, repeated, and only at public addresses."""

import hashlib
import hmac
import socket
from datetime import timedelta
from typing import Any

import orjson
import pytest
from aiohttp import ThreadedResolver
from django.conf import settings
from django.db.models import F
from pytest_django.fixtures import Settings

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.enums import Door, EventKind, Role
from bookings.exceptions import IdempotencyConflict, InvalidValue, NotAllowed, NotFound
from bookings.models import AuditEntry, Booking
from bookings.services.resources.removal import remove
from bookings.services.resources.writing import update
from bookings.signals import announce
from notifications import dead_letters, processing, queues
from notifications.admin.webhooks import WebhookForm
from notifications.entities import WEBHOOKS
from notifications.events import Channel, DeliveryState, Kind, Lane
from notifications.exceptions import CannotRequeue
from notifications.fan_out import fan_out
from notifications.models import DeadLetter, Delivery, OutboxEvent, WebhookEndpoint
from notifications.next_state import Tries, after
from notifications.outcomes import Failed
from notifications.public_addresses import is_public
from notifications.services.webhooks import (
    OVERLAP,
    IssuedSecret,
    create_webhook,
    rotate_secret,
)
from tests.bookings.api.callers import with_key
from tests.factories import AdminFactory
from tests.notifications.receiver import Got, Receiver
from tests.notifications.rows import book, event_of

pytestmark = pytest.mark.django_db(transaction=True)

ADMIN = Actor(role=Role.ADMIN, door=Door.ADMIN, user_id=None)
URL = "https://crm.example.com/hook"


def webhook(url: str, *kinds: Kind) -> IssuedSecret:
    return create_webhook(actor=ADMIN, name="CRM", url=url, kinds=kinds or [Kind.BOOKING_CONFIRMED])


def told(kind: EventKind = EventKind.BOOKING_CONFIRMED) -> Booking:
    """A booking about which something was announced; whatever is due to integrators by now was sent."""
    booking = book()
    announce(event_of(booking, kind, role=Role.ADMIN, user_id=999))
    fan_out(OutboxEvent.objects.latest("pk").pk)
    processing.deliver_due([Lane.WEBHOOK])
    return booking


def the_row() -> Delivery:
    return Delivery.objects.get(channel=Channel.WEBHOOK)


def try_again() -> Delivery:
    Delivery.objects.update(due_at=clock.now())
    processing.deliver_due([Lane.WEBHOOK])
    return the_row()


def signed_with(secret: str, got: Got) -> bool:
    parts = [part.split("=", 1) for part in got.headers["X-Booking-Signature"].split(",")]
    at = dict(parts)["t"]
    expected = hmac.new(secret.encode(), f"{at}.".encode() + got.body, hashlib.sha256).hexdigest()
    return ["v1", expected] in parts


# What they get


def test_a_signed_account_of_what_happened(receiver: Receiver) -> None:
    hook = webhook(f"{receiver.url}/hook?for=us")
    booking = told()
    (got,) = receiver.got
    row = the_row()
    assert (row.state, row.recipient) == (DeliveryState.SENT, None)
    assert got.path == "/hook?for=us"
    assert (got.headers["X-Booking-Event"], got.headers["X-Booking-Delivery"]) == (
        "booking_confirmed",
        str(row.pk),
    )
    assert signed_with(hook.secret, got)
    body = orjson.loads(got.body)
    assert (body["kind"], body["by"], body["booking"]["id"]) == (
        "booking_confirmed", {"role": "admin", "door": "api"}, booking.pk,
    )  # fmt: skip
    assert body["booking"]["items"][0]["service_name"] == {"ru": "Стрижка", "en": "Haircut"}


def test_a_booking_is_told_as_the_api_answers_it(receiver: Receiver) -> None:
    webhook(receiver.url, Kind.BOOKING_RESCHEDULED)
    booking = book()
    was = {"old_starts_at": booking.starts_at.isoformat(), "reason": "2026"}
    announce(event_of(booking, EventKind.BOOKING_RESCHEDULED, role=Role.ADMIN, user_id=999, payload=was))
    fan_out(OutboxEvent.objects.latest("pk").pk)
    processing.deliver_due([Lane.WEBHOOK])
    body = orjson.loads(receiver.got[0].body)

    shown = with_key(AdminFactory.create()).get(f"/api/v1/bookings/{booking.pk}").json()
    assert body["booking"] == shown
    assert body["booking"]["is_coming"] is False
    assert body["details"] == {"old_starts_at": shown["starts_at"], "reason": "2026"}
    assert body["at"].endswith("Z")


def test_only_events_that_were_asked_for(receiver: Receiver) -> None:
    webhook(receiver.url, Kind.BOOKING_CANCELLED)
    told()
    assert receiver.got == []
    told(EventKind.BOOKING_CANCELLED)
    assert len(receiver.got) == 1


def test_both_secrets_sign_for_a_day_after_a_rotation(receiver: Receiver) -> None:
    before = webhook(receiver.url)
    after = rotate_secret(actor=ADMIN, webhook_id=before.webhook_id)
    told()
    assert signed_with(before.secret, receiver.got[0])
    assert signed_with(after.secret, receiver.got[0])
    WebhookEndpoint.objects.update(previous_until=F("previous_until") - OVERLAP - timedelta(seconds=1))
    told()
    assert not signed_with(before.secret, receiver.got[1])
    assert signed_with(after.secret, receiver.got[1])


def test_an_event_is_told_once_however_often_it_is_processed(receiver: Receiver) -> None:
    webhook(receiver.url)
    told()
    OutboxEvent.objects.update(state="pending")
    processing.process(OutboxEvent.objects.get().pk)
    processing.deliver_due([Lane.WEBHOOK])
    assert len(receiver.got) == 1


def test_people_do_not_wait_for_an_integrator(receiver: Receiver) -> None:
    webhook(receiver.url)
    announce(event_of(book(), EventKind.BOOKING_CONFIRMED, role=Role.SYSTEM))
    processing.process(OutboxEvent.objects.get().pk)
    assert the_row().state == DeliveryState.PENDING
    assert receiver.got == []


# What can go wrong


def test_a_receiver_that_is_down_for_the_night_is_told_in_the_morning() -> None:
    now, waited, tries = clock.now(), timedelta(), 0
    while True:
        known = Tries(Lane.WEBHOOK, attempts=tries, pauses=settings.NOTIFICATION_RETRY_SECONDS[Channel.WEBHOOK])
        changes = after(known, Failed("500"), now=now, chance=lambda: 0.5)
        tries = changes["attempts"]
        if changes["state"] == DeliveryState.DEAD:
            break
        waited += changes["due_at"] - now
    assert (tries, timedelta(hours=12) < waited < timedelta(days=1)) == (8, True)


def test_an_error_is_repeated_word_for_word_then_buried_and_can_be_requeued(
    receiver: Receiver, settings: Settings
) -> None:
    settings.NOTIFICATION_RETRY_SECONDS = {Channel.WEBHOOK: (60.0, 600.0)}
    webhook(receiver.url)
    receiver.answer = lambda _path: (500, {}, b"no database")
    told()
    assert timedelta(seconds=44) < the_row().due_at - clock.now() < timedelta(seconds=76)
    row = try_again()
    assert timedelta(seconds=440) < row.due_at - clock.now() < timedelta(seconds=760)
    row = try_again()
    assert (row.state, row.attempts, row.error) == (DeliveryState.DEAD, 3, "500 no database")
    assert len({got.body for got in receiver.got}) == 1
    assert {got.headers["X-Booking-Delivery"] for got in receiver.got} == {str(row.pk)}
    processing.bury(row.pk)
    receiver.reset()
    dead_letters.requeue(actor=ADMIN, letter_id=DeadLetter.objects.get().pk)
    assert try_again().state == DeliveryState.SENT


def test_letters_of_a_webhook_go_with_it_and_no_others(receiver: Receiver) -> None:
    hook = webhook(receiver.url)
    receiver.answer = lambda _path: (302, {"Location": "https://example.com/"}, b"")
    told()
    processing.bury(the_row().pk)
    other = dead_letters.bury(
        task=queues.DELIVER, payload={"delivery": the_row().pk + 1, "recipient": None}, error="", traceback="",
        trace_id="t", attempts=1, source="notifications.delivery", alert=False,
    )  # fmt: skip
    assert DeadLetter.objects.count() == 2
    remove(actor=ADMIN, entity=WEBHOOKS, row_id=hook.webhook_id)
    assert list(DeadLetter.objects.values_list("pk", flat=True)) == [other]
    with pytest.raises(CannotRequeue) as refused:
        dead_letters.requeue(actor=ADMIN, letter_id=other)
    assert str(refused.value) == "the delivery is no longer dead, or was deleted"


def test_who_says_gone_is_told_no_more(receiver: Receiver) -> None:
    hook = webhook(receiver.url)
    receiver.answer = lambda _path: (410, {}, b"")
    told()
    assert (the_row().state, the_row().reason) == (DeliveryState.SKIPPED, "endpoint_gone")
    row = WebhookEndpoint.objects.get(pk=hook.webhook_id)
    assert (row.is_active, row.stopped_because) == (False, "410 Gone")
    told()
    assert len(receiver.got) == 1


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    webhook(receiver.url)
    receiver.answer = lambda _path: (307, {"Location": f"{receiver.url}/elsewhere"}, b"")
    told()
    assert the_row().state == DeliveryState.DEAD
    assert the_row().error.startswith("redirects are not followed: 307")
    assert [got.path for got in receiver.got] == ["/"]


def test_of_an_answer_only_the_beginning_is_read(receiver: Receiver) -> None:
    webhook(receiver.url)
    receiver.answer = lambda _path: (500, {}, b"x" * 5_000_000)
    told()
    assert len(the_row().error) < 2000


def test_a_certificate_of_another_name_is_not_trusted(receiver: Receiver) -> None:
    webhook(f"https://127.0.0.1:{receiver.port}/")
    told()
    assert the_row().state == DeliveryState.RETRY
    assert "certificate" in the_row().error.lower()
    assert receiver.got == []


def test_nobody_listening(receiver: Receiver) -> None:
    webhook("https://127.0.0.1:9/")
    told()
    assert (the_row().state, the_row().attempts) == (DeliveryState.RETRY, 1)


# Where nobody is ever connected to


PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.1.1",
    "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "fec0::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe", "2002:a00:1::", "not an address",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_in_any_disguise(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450:4001::1", "64:ff9b::808:808"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]"])
def test_a_private_address_is_refused_when_it_is_connected_to(
    receiver: Receiver, settings: Any, host: str
) -> None:
    hook = webhook(receiver.url)
    WebhookEndpoint.objects.filter(pk=hook.webhook_id).update(url=f"https://{host}:{receiver.port}/")
    settings.OUTGOING_PRIVATE_NETWORKS = ()
    told()
    assert the_row().state == DeliveryState.DEAD
    assert "is not a public address" in the_row().error
    assert receiver.got == []


def test_a_name_that_turns_private_after_it_was_accepted_is_refused(
    receiver: Receiver, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: what counts is the address that the connection goes to, at that moment."""
    settings.OUTGOING_PRIVATE_NETWORKS = ()
    webhook(f"https://rebinding.example.com:{receiver.port}/")

    async def rebound(_self: ThreadedResolver, host: str, port: int = 0, **_how: Any) -> list[dict[str, Any]]:
        here = {"hostname": host, "host": "127.0.0.1", "port": port}
        return [{**here, "family": socket.AF_INET, "proto": 0, "flags": socket.AI_NUMERICHOST}]

    monkeypatch.setattr(ThreadedResolver, "resolve", rebound)
    told()
    assert "127.0.0.1 is not a public address" in the_row().error
    assert receiver.got == []


# Managing them


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example.com/", "ftp://crm.example.com/", "crm.example.com", "https://", "https://u:p@crm.example.com/",
        "https://crm.example.com/#x", "https://crm.example.com:0/", "https://crm.example.com:99999/", "https://[::1/",
        "https://crm.example.com/ x", "https://crm.example.com/\r\nHost: x", "https://crm.example.com\\@evil.test/",
        "https://crm.example.com/" + "x" * 500, "https://.example.com/", "https://crm%2f.example.com/",
        "https://crm..example.com/", "https://999.1.1.1/", "https://1.2.3.4.5/", "https://-crm.example.com/",
    ],
)  # fmt: skip
def test_addresses_that_cannot_be(url: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        webhook(url)
    assert refused.value.details["field"] == "url"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://crm.example.com/", "The address begins with https:// and names a host."),
        ("https://u:p@crm.example.com/", "An https address without a login."),
        ("https://crm.example.com/#x", "An address without a part after #."),
        ("https://crm.example.com:99999/", "A port is a number from 1 to 65535."),
        ("https://пример.рф/x", "No blanks, and Latin letters alone: write an international name as xn--…"),
        ("https://localhost./x", "This is neither the name of a host nor an address."),
    ],
)
def test_the_page_says_what_is_wrong_with_an_address(url: str, said: str) -> None:
    form = WebhookForm({"name": "CRM", "url": url, "kinds": ["booking_created"]})
    assert form.errors == {"url": [said]}


OURS = [
    "127.0.0.1:9", "localhost", "crm.localhost", "LOCALHOST", "10.0.0.1", "[::1]", "169.254.169.254", "2130706433", "0x7f.1",
    "127.1", "0177.0.0.1", "[::ffff:127.0.0.1]", "[::]", "0", "[fe80::1]", "192.168.0.10",
]  # fmt: skip


@pytest.mark.parametrize("host", OURS)
def test_addresses_of_our_own_are_refused_however_they_are_spelt(host: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        webhook(f"https://{host}/x")
    assert refused.value.details == {"field": "url", "problem": "not_public"}


@pytest.mark.parametrize("host", ["crm.example.com", "1c.example.ru:8443", "xn--80ak6aa92e.com", "8.8.8.8", "crm"])
def test_names_and_public_addresses_are_taken(host: str) -> None:
    assert WebhookEndpoint.objects.get(pk=webhook(f"https://{host}/x").webhook_id).is_active


def test_an_address_that_is_none_is_not_tried_again(receiver: Receiver) -> None:
    hook = webhook(URL)
    WebhookEndpoint.objects.filter(pk=hook.webhook_id).update(url="https://:443/")
    told()
    assert (the_row().state, the_row().reason) == (DeliveryState.DEAD, "refused")
    assert "InvalidURL" in the_row().error or "InvalidUrl" in the_row().error


@pytest.mark.parametrize(
    ("values", "field"),
    [({"name": " "}, "name"), ({"kinds": []}, "kinds"), ({"kinds": ["dead_letters"]}, "kinds"), ({"kinds": ["x"]}, "kinds")],
)  # fmt: skip
def test_names_and_events_that_cannot_be(values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        create_webhook(actor=ADMIN, **({"name": "CRM", "url": URL, "kinds": [Kind.BOOKING_CREATED]} | values))
    assert refused.value.details["field"] == field


def test_a_webhook_is_made_changed_and_removed_and_the_audit_keeps_no_secret() -> None:
    made = webhook(URL)
    values = {"name": " ERP ", "kinds": [Kind.BOOKING_CREATED, "booking_cancelled"], "is_active": False}
    row = update(actor=ADMIN, entity=WEBHOOKS, row_id=made.webhook_id, values=values)
    assert (row.name, row.kinds, row.is_active) == ("ERP", ["booking_cancelled", "booking_created"], False)
    rotated = rotate_secret(actor=ADMIN, webhook_id=made.webhook_id)
    remove(actor=ADMIN, entity=WEBHOOKS, row_id=made.webhook_id)
    assert not WebhookEndpoint.objects.exists()
    entries = AuditEntry.objects.order_by("pk")
    assert [entry.action for entry in entries] == ["created", "updated", "secret_rotated", "deleted"]
    told_there = repr([(entry.before, entry.after) for entry in entries])
    assert made.secret.startswith("whsec_")
    assert made.secret not in told_there
    assert rotated.secret not in told_there


def test_a_secret_is_told_once_and_the_same_request_makes_no_other() -> None:
    wanted: dict[str, Any] = {"actor": ADMIN, "name": "CRM", "url": URL, "kinds": [Kind.BOOKING_CREATED]}
    first, again = (create_webhook(**wanted, idempotency_key="one") for _twice in range(2))
    assert (first.webhook_id, bool(first.secret), again.secret) == (again.webhook_id, True, "")
    rotated, repeated = (
        rotate_secret(actor=ADMIN, webhook_id=first.webhook_id, idempotency_key="two") for _twice in range(2)
    )
    row = WebhookEndpoint.objects.get()
    assert (row.secret, row.previous_secret, repeated.secret) == (rotated.secret, first.secret, "")
    with pytest.raises(IdempotencyConflict):
        create_webhook(**{**wanted, "name": "ERP"}, idempotency_key="one")


def test_switching_it_on_forgets_why_it_was_stopped() -> None:
    webhook(URL)
    WebhookEndpoint.objects.update(is_active=False, stopped_because="410 Gone")
    row = update(actor=ADMIN, entity=WEBHOOKS, row_id=WebhookEndpoint.objects.get().pk, values={"is_active": True})
    assert row.stopped_because == ""


@pytest.mark.parametrize("role", [Role.CLIENT, Role.SPECIALIST])
def test_only_admins(role: Role) -> None:
    actor = Actor(role=role, door=Door.API, user_id=1)
    with pytest.raises(NotAllowed):
        create_webhook(actor=actor, name="CRM", url=URL, kinds=[Kind.BOOKING_CREATED])
    with pytest.raises(NotAllowed):
        rotate_secret(actor=actor, webhook_id=1)
    with pytest.raises(NotFound):
        rotate_secret(actor=ADMIN, webhook_id=0)
