"""Web Push, end to end against a push service that decrypts; and who may subscribe to what."""

import base64
from typing import Any

import http_ece
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.management import call_command

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.enums import Door, EventKind, Role
from bookings.exceptions import InvalidValue, NotFound
from bookings.models import AuditEntry, User
from bookings.signals import announce
from notifications import processing
from notifications.events import Channel, DeliveryState
from notifications.models import DeadLetter, Delivery, OutboxEvent, PushSubscription
from notifications.services.push_subscriptions import MOST_BROWSERS, subscribe, unsubscribe
from notifications.transports.push import public_key
from tests.factories import ClientFactory
from tests.notifications.receiver import Got, Receiver
from tests.notifications.rows import book, event_of

pytestmark = pytest.mark.django_db(transaction=True)


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """What a browser keeps of its subscription."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint, self.auth = endpoint, b"0123456789abcdef"
        self.key = ec.generate_private_key(ec.SECP256R1())

    def keys(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "p256dh": b64(point), "auth": b64(self.auth)}

    def reads(self, got: Got) -> dict[str, Any]:
        clear = http_ece.decrypt(got.body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        shown: dict[str, Any] = orjson.loads(clear)
        return shown


@pytest.fixture
def client() -> User:
    client: User = ClientFactory.create(tg_id=None, email="james@example.com")
    return client


def acting(user: User) -> Actor:
    return Actor(role=Role.CLIENT, door=Door.API, user_id=user.pk)


def browser_of(client: User, receiver: Receiver, name: str = "b1") -> Browser:
    browser = Browser(f"{receiver.url}/push/{name}")
    subscribe(actor=acting(client), **browser.keys())
    return browser


def confirmed(client: User) -> Delivery:
    """The delivery after the client was told that a visit is confirmed."""
    announce(event_of(book(client=client), EventKind.BOOKING_CONFIRMED, role=Role.ADMIN, user_id=999))
    processing.process(OutboxEvent.objects.latest("pk").pk)
    return Delivery.objects.get(recipient=client)


def claims_of(got: Got) -> dict[str, Any]:
    """The claims of the token, once its signature has proved to be ours."""
    scheme, token, key = got.headers["Authorization"].replace(",", " ").replace("t=", "").replace("k=", "").split()
    assert (scheme, key) == ("vapid", public_key(settings.VAPID_PRIVATE_KEY))
    signed, _dot, signature = token.rpartition(".")
    r, s = (int.from_bytes(half, "big") for half in (unb64(signature)[:32], unb64(signature)[32:]))
    ours = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(key))
    ours.verify(utils.encode_dss_signature(r, s), signed.encode(), ec.ECDSA(SHA256()))
    claims: dict[str, Any] = orjson.loads(unb64(signed.split(".")[1]))
    return claims


def test_who_has_no_telegram_reads_it_in_the_browser(receiver: Receiver, client: User) -> None:
    browser = browser_of(client, receiver)
    row = confirmed(client)
    assert (row.channel, row.state) == (Channel.PUSH, DeliveryState.SENT)
    (got,) = receiver.got
    shown = browser.reads(got)
    assert shown["title"] == "✅ Your visit is confirmed"
    assert shown["body"].startswith("▫️ Haircut\n👤 Anna\n")
    assert shown["tag"] == f"delivery-{row.pk}"
    assert [action["name"] for action in shown["actions"]] == ["booking.move", "booking.cancel"]


def test_the_push_service_learns_how_long_to_keep_it_how_urgent_it_is_and_who_sends(
    receiver: Receiver, client: User
) -> None:
    browser_of(client, receiver)
    confirmed(client)
    (got,) = receiver.got
    assert (got.headers["TTL"], got.headers["Urgency"], got.headers["Content-Encoding"]) == (
        "86400", "high", "aes128gcm",
    )  # fmt: skip
    claims = claims_of(got)
    assert (claims["aud"], claims["sub"]) == (receiver.url, settings.VAPID_SUBJECT)
    assert 0 < claims["exp"] - clock.now().timestamp() <= 24 * 3600


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_no_more_is_forgotten(receiver: Receiver, client: User, status: int) -> None:
    browser_of(client, receiver)
    receiver.answer = lambda _path: (status, {}, b"")
    row = confirmed(client)
    assert (row.state, row.reason) == (DeliveryState.SKIPPED, "unsubscribed")
    assert not PushSubscription.objects.exists()


def test_a_person_reached_on_one_device_is_reached(receiver: Receiver, client: User) -> None:
    gone, works, broken = (browser_of(client, receiver, name) for name in ("gone", "works", "broken"))
    statuses = {gone.endpoint: 410, works.endpoint: 201, broken.endpoint: 503}
    receiver.answer = lambda path: (statuses[receiver.url + path], {}, b"")
    assert confirmed(client).state == DeliveryState.SENT
    left = set(PushSubscription.objects.values_list("endpoint", flat=True))
    assert left == {works.endpoint, broken.endpoint}


@pytest.mark.parametrize(
    ("status", "state", "attempts"),
    [(503, DeliveryState.RETRY, 1), (429, DeliveryState.RETRY, 1), (400, DeliveryState.DEAD, 1)],
)
def test_errors_of_a_push_service(
    receiver: Receiver, client: User, status: int, state: DeliveryState, attempts: int
) -> None:
    browser_of(client, receiver)
    receiver.answer = lambda _path: (status, {}, b"why")
    row = confirmed(client)
    assert (row.state, row.attempts, row.error) == (state, attempts, f"{status} why")
    assert PushSubscription.objects.exists()


def test_without_a_key_nothing_is_lost(receiver: Receiver, client: User, settings: Any) -> None:
    browser_of(client, receiver)
    settings.VAPID_PRIVATE_KEY = ""
    row = confirmed(client)
    assert (row.state, row.attempts, row.error) == (DeliveryState.RETRY, 0, "VAPID_PRIVATE_KEY: is not set")
    assert not DeadLetter.objects.exists()


def test_a_long_message_is_shortened_to_what_push_services_take(receiver: Receiver, client: User) -> None:
    browser = browser_of(client, receiver)
    booking = book(client=client)
    announce(
        event_of(
            booking, EventKind.BOOKING_CANCELLED, role=Role.ADMIN, user_id=999, payload={"reason": "ж" * 20_000}
        )
    )
    event = OutboxEvent.objects.latest("pk")
    Delivery.objects.all().delete()
    processing.process(event.pk)
    got = next(one for one in receiver.got)
    assert len(got.body) <= 4096
    assert browser.reads(got)["title"] == "❌ Your visit has been cancelled"


# Subscribing


@pytest.fixture
def allowed(settings: Any) -> None:
    settings.PUSH_HOSTS = ("fcm.googleapis.com", "*.push.apple.com", "localhost:8443")


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://web.push.apple.com/abc",
        "https://localhost:8443/abc",
        "https://FCM.googleapis.com:443/abc",
    ],
)
def test_addresses_of_allowed_push_services(allowed: None, client: User, endpoint: str) -> None:
    assert subscribe(actor=acting(client), **Browser(endpoint).keys())


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/abc",
        "https://fcm.googleapis.com.evil.test/abc",
        "https://evilpush.apple.com/abc",
        "https://push.apple.com/abc",
        "https://fcm.googleapis.com@169.254.169.254/abc",
        "https://user:pw@fcm.googleapis.com/abc",
        "https://fcm.googleapis.com:8443/abc",
        "https://169.254.169.254/latest/meta-data",
        "https://fcm.googleapis.com:notaport/",
        "https://[::1/",
        "//fcm.googleapis.com/abc",
        "https://fcm.googleapis.com/" + "a" * 1000,
        "",
        "https://evil.com\\.push.apple.com/",
        "https://evil.com%2f.push.apple.com/",
        "https://.push.apple.com/x",
        "https://a b.push.apple.com/x",
        "https://a\t.push.apple.com/x",
        "https://a_b.push.apple.com/x",
        "https://a..push.apple.com/x",
        "https://web.push.apple.com/\\x",
    ],
)
def test_addresses_that_are_refused(allowed: None, client: User, endpoint: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        subscribe(actor=acting(client), **Browser(endpoint).keys())
    assert refused.value.details["field"] == "endpoint"
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    ("keys", "field"),
    [
        ({"p256dh": "AAAA"}, "p256dh"),
        ({"p256dh": b64(b"\x04" + b"\x01" * 64)}, "p256dh"),
        ({"p256dh": "é"}, "p256dh"),
        ({"auth": b64(b"short")}, "auth"),
        ({"auth": "*" * 22}, "auth"),
    ],
)
def test_keys_that_nothing_can_be_encrypted_for(
    allowed: None, client: User, keys: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        subscribe(actor=acting(client), **(Browser("https://fcm.googleapis.com/a").keys() | keys))
    assert refused.value.details["field"] == field


def test_subscribing_again_changes_nothing_and_the_audit_hides_the_address(allowed: None, client: User) -> None:
    keys = Browser("https://fcm.googleapis.com/a").keys()
    assert subscribe(actor=acting(client), **keys) == subscribe(actor=acting(client), **keys)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.after) == ("created", {"user_id": client.pk, "endpoint": "***"})


def test_a_browser_belongs_to_whoever_is_signed_in_there_now(allowed: None, client: User) -> None:
    keys, other = Browser("https://fcm.googleapis.com/a").keys(), ClientFactory.create(tg_id=None)
    subscribe(actor=acting(client), **keys)
    subscribe(actor=acting(other), **keys)
    assert [one.user for one in PushSubscription.objects.all()] == [other]


def test_the_oldest_browser_makes_room(allowed: None, client: User) -> None:
    for number in range(MOST_BROWSERS + 2):
        subscribe(actor=acting(client), **Browser(f"https://fcm.googleapis.com/{number}").keys())
    left = PushSubscription.objects.values_list("endpoint", flat=True)
    assert {one.rsplit("/", 1)[1] for one in left} == {str(n) for n in range(2, MOST_BROWSERS + 2)}


def test_unsubscribing_is_for_one_s_own_browser(allowed: None, client: User) -> None:
    endpoint, other = "https://fcm.googleapis.com/a", ClientFactory.create()
    subscribe(actor=acting(client), **Browser(endpoint).keys())
    assert not unsubscribe(actor=acting(other), endpoint=endpoint)
    assert unsubscribe(actor=acting(client), endpoint=endpoint)
    assert not unsubscribe(actor=acting(client), endpoint=endpoint)


def test_nobody_cannot_subscribe(allowed: None) -> None:
    with pytest.raises(NotFound):
        subscribe(actor=Actor(role=Role.CLIENT, door=Door.API), **Browser("https://fcm.googleapis.com/a").keys())


def test_the_command_makes_a_key_that_works(
    receiver: Receiver, client: User, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("push_keys")
    printed = capsys.readouterr()
    settings.VAPID_PRIVATE_KEY = printed.out.strip().removeprefix("VAPID_PRIVATE_KEY=")
    browser_of(client, receiver)
    confirmed(client)
    assert claims_of(receiver.got[0])["aud"] == receiver.url
    assert public_key(settings.VAPID_PRIVATE_KEY) in printed.err
