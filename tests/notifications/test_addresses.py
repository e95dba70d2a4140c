"""Where a message goes is asked when it is sent, and what a try teaches about an address is kept."""

import pytest
from django.db import IntegrityError, transaction

from booking_site.lib import clock
from bookings.models import User
from bookings.services.users import follow_chat
from notifications.addresses import Browsers, Chat, Hook, Mailbox, address_of
from notifications.events import Channel, DeliveryState
from notifications.lessons import learn
from notifications.models import Delivery, PushSubscription, WebhookEndpoint
from notifications.next_state import PAUSES, Tries, after
from notifications.outcomes import Gone, Moved, Sent, Unwanted
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db


def row(channel: Channel, **values: object) -> Delivery:
    return Delivery(channel=channel, **values)


def browser(user: User, name: str = "a") -> PushSubscription:
    return PushSubscription.objects.create(user=user, endpoint=f"https://push.test/{name}", p256dh="p", auth="a")


def test_each_channel_has_its_address() -> None:
    client = ClientFactory.create(tg_id=77, email="anna@example.com")
    subscription = browser(client)
    assert address_of(row(Channel.TELEGRAM, recipient=client)) == Chat(77)
    assert address_of(row(Channel.EMAIL, recipient=client)) == Mailbox("anna@example.com")
    found = address_of(row(Channel.PUSH, recipient=client))
    assert isinstance(found, Browsers)
    assert [one.id for one in found.all] == [subscription.pk]


@pytest.mark.parametrize(
    ("person", "channel", "reason"),
    [
        ({"is_banned": True}, Channel.EMAIL, "banned"),
        ({"bot_blocked": True}, Channel.TELEGRAM, "blocked"),
        ({"tg_id": None}, Channel.TELEGRAM, "no_address"),
        ({"email": ""}, Channel.EMAIL, "no_address"),
        ({}, Channel.PUSH, "no_address"),
    ],
)
def test_why_a_message_goes_nowhere(person: dict[str, object], channel: Channel, reason: str) -> None:
    assert address_of(row(channel, recipient=ClientFactory.create(**person))) == Unwanted(reason)


def test_a_webhook_has_both_secrets_until_the_older_one_expires() -> None:
    endpoint = WebhookEndpoint.objects.create(
        name="CRM", url="https://crm.test/", secret="new", previous_secret="old", previous_until=clock.now()
    )
    assert address_of(row(Channel.WEBHOOK, endpoint=endpoint)) == Hook(endpoint.pk, endpoint.url, ("new",))
    endpoint.previous_until = clock.now().replace(year=2100)
    assert address_of(row(Channel.WEBHOOK, endpoint=endpoint)) == Hook(endpoint.pk, endpoint.url, ("new", "old"))
    endpoint.is_active = False
    assert address_of(row(Channel.WEBHOOK, endpoint=endpoint)) == Unwanted("switched_off")


def test_a_delivery_has_exactly_one_addressee() -> None:
    endpoint = WebhookEndpoint.objects.create(name="CRM", url="https://crm.test/", secret="s")
    for both in ({}, {"recipient": ClientFactory.create(), "endpoint": endpoint}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Delivery.objects.create(channel=Channel.WEBHOOK, trace_id="t", **both)


def test_browsers_and_webhooks_that_are_no_more_are_forgotten_and_the_others_kept() -> None:
    client = ClientFactory.create()
    gone, stays = browser(client, "gone"), browser(client, "stays")
    endpoint = WebhookEndpoint.objects.create(name="CRM", url="https://crm.test/", secret="s")
    learn(row(Channel.PUSH, recipient=client), Sent(dead_addresses=(gone.pk,)))
    learn(row(Channel.WEBHOOK, endpoint=endpoint), Gone("gone", dead_addresses=(endpoint.pk,)))
    assert list(PushSubscription.objects.all()) == [stays]
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.stopped_because) == (False, "410 Gone")


def test_a_chat_that_moved_is_followed_and_somebody_else_s_id_is_never_taken() -> None:
    group = ClientFactory.create(tg_id=-100)
    learn(row(Channel.TELEGRAM, recipient=group), Moved(-200))
    group.refresh_from_db()
    assert group.tg_id == -200
    other = ClientFactory.create(tg_id=-300)
    follow_chat(tg_id=-200, moved_to=-300)
    assert list(
        User.objects.filter(pk__in=(group.pk, other.pk)).order_by("pk").values_list("tg_id", flat=True)
    ) == [
        -200,
        -300,
    ]


def test_a_message_follows_the_chat_but_not_in_a_circle() -> None:
    once = after(Tries(), Moved(-200), now=clock.now(), chance=lambda: 0.5)
    assert (once["state"], once["attempts"]) == (DeliveryState.RETRY, 1)
    last = after(Tries(attempts=len(PAUSES)), Moved(-200), now=clock.now(), chance=lambda: 0.5)
    assert last["state"] == DeliveryState.DEAD
