"""Where a delivery goes, looked up when it is sent: addresses change while a message waits."""

from dataclasses import dataclass

from booking_site.lib import clock
from notifications.events import Channel
from notifications.models import Delivery, PushSubscription
from notifications.outcomes import Outcome, Refused, Unwanted


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat of Telegram."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class Browser:
    """A push subscription, as ``PushSubscription`` keeps it."""

    id: int
    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class Browsers:
    """All browsers of one person; whichever is reached, the person is."""

    all: tuple[Browser, ...]


@dataclass(frozen=True, slots=True)
class Mailbox:
    email: str


@dataclass(frozen=True, slots=True)
class Hook:
    """An integrator's address, and every secret that is valid for it now, the newest first."""

    endpoint_id: int
    url: str
    secrets: tuple[str, ...]


Address = Chat | Browsers | Mailbox | Hook


def address_of(row: Delivery) -> Address | Outcome:
    """Where ``row`` goes, or why it does not go anywhere."""
    if row.channel == Channel.WEBHOOK:
        return _hook(row)
    person = row.recipient
    if person is None:
        return Refused("a message to nobody")
    if not person.is_active:
        return Unwanted("inactive")
    if person.is_banned:
        return Unwanted("banned")
    match row.channel:
        case Channel.TELEGRAM if person.bot_blocked:
            return Unwanted("blocked")
        case Channel.TELEGRAM if person.tg_id is not None:
            return Chat(person.tg_id)
        case Channel.PUSH:
            return _browsers(person.pk)
        case Channel.EMAIL if person.email:
            return Mailbox(person.email)
    return Unwanted("no_address")


def _browsers(user_id: int) -> Address | Outcome:
    known = PushSubscription.objects.filter(user=user_id).order_by("pk")
    browsers = tuple(Browser(one.pk, one.endpoint, one.p256dh, one.auth) for one in known)
    return Browsers(browsers) if browsers else Unwanted("no_address")


def _hook(row: Delivery) -> Address | Outcome:
    endpoint = row.endpoint
    if endpoint is None or not endpoint.is_active:
        return Unwanted("switched_off")
    secrets = [endpoint.secret]
    if endpoint.previous_secret and endpoint.previous_until is not None and endpoint.previous_until > clock.now():
        secrets.append(endpoint.previous_secret)
    return Hook(endpoint.pk, endpoint.url, tuple(secrets))
