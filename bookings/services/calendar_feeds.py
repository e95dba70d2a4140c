"""The secret address of a specialist's calendar: shown as often as they ask, and changed when it got about.

The address is a random key and a code that is computed from it with the site's SECRET_KEY. Only the key is stored: who
reads the database cannot read calendars with it, and the address can still be shown again.
"""

import secrets

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.exceptions import NotFound
from bookings.models import CalendarFeed, Specialist
from bookings.policies import Task, require_task
from bookings.services import audit
from bookings.services.attempts import retried
from bookings.services.idempotency import Request, made_once

_KEY_BYTES = 8
_KEY_LENGTH, _CODE_LENGTH = 2 * _KEY_BYTES, 32


def feed_token(*, actor: Actor, specialist_id: int) -> str:
    """What the address ends with; the first question makes it. Raises NotFound for a colleague's calendar."""
    _require(actor, specialist_id)

    def work() -> str:
        feed, _made = CalendarFeed.objects.get_or_create(
            specialist_id=specialist_id, defaults={"key": secrets.token_hex(_KEY_BYTES)}
        )
        return _token(feed.key)

    return retried(work)


def rotate_calendar_feed(*, actor: Actor, specialist_id: int, idempotency_key: str | None = None) -> str:
    """A new address, which is returned; the old one leads nowhere from now on.

    The same request again gives the address that holds by then. Raises NotFound as ``feed_token``; IdempotencyConflict,
    Busy.
    """
    _require(actor, specialist_id)
    request = Request.of(
        actor=actor, operation="rotate_calendar_feed", key=idempotency_key, content={"specialist": specialist_id}
    )

    def work() -> int:
        with transaction.atomic():
            feed, made = CalendarFeed.objects.update_or_create(
                specialist_id=specialist_id,
                defaults={"key": secrets.token_hex(_KEY_BYTES), "changed_at": clock.now()},
            )
            audit.record(
                actor=actor, action="rotated", entity="calendar_feed", entity_id=specialist_id,
                before=None if made else {"key": "old"}, after={"key": "new"},
            )  # fmt: skip
            request.remember(feed.pk)
        return int(feed.pk)

    return _token(made_once(CalendarFeed.objects.all(), request, work).key)


def end_calendar_feed(*, actor: Actor, specialist_id: int) -> None:
    """The address leads nowhere from now on, and there is no new one until somebody asks.

    For whoever takes the calendar from somebody, in that transaction; nobody is asked whether the actor may.
    """
    if CalendarFeed.objects.filter(specialist_id=specialist_id).delete()[0]:
        audit.record(
            actor=actor, action="deleted", entity="calendar_feed", entity_id=specialist_id,
            before={"key": "old"}, after=None,
        )  # fmt: skip


def specialist_of(token: str) -> Specialist:
    """Whose calendar the address is of. Raises NotFound for a wrong or an old one, and for who has left, is
    banned or may no longer sign in.
    """
    key, code = token[:_KEY_LENGTH], token[_KEY_LENGTH:]
    known = any(constant_time_compare(code, _code(key, secret)) for secret in _secrets())
    feed = CalendarFeed.objects.select_related("specialist__user").filter(key=key).first() if known else None
    if feed is None or not feed.specialist.is_active:
        raise NotFound("calendar")
    person = feed.specialist.user
    if person is not None and (person.is_banned or not person.is_active):
        raise NotFound("calendar")
    return feed.specialist


def _require(actor: Actor, specialist_id: int) -> None:
    require_task(actor, Task.CALENDAR_FEED, specialist_id=specialist_id)
    if not Specialist.objects.filter(pk=specialist_id).exists():
        raise NotFound("specialist")


def _token(key: str) -> str:
    return key + _code(key, settings.SECRET_KEY)


def _code(key: str, secret: str | bytes) -> str:
    return salted_hmac("bookings.calendar_feed", key, secret=secret, algorithm="sha256").hexdigest()[:_CODE_LENGTH]


def _secrets() -> list[str | bytes]:
    """After SECRET_KEY was changed, addresses made with a former one stay good while it is among the fallbacks."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
