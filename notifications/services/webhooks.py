"""Integrators' webhooks: made, changed, given a new secret, removed. For admins."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.exceptions import InvalidValue, NotAllowed, NotFound
from bookings.services import audit
from notifications.hosts import is_clean, may_be_public
from notifications.models import WebhookEndpoint
from notifications.webhook_bodies import OFFERED

#: How long the secret before a rotation signs as well.
OVERLAP = timedelta(hours=24)
_NAME_LIMIT, _URL_LIMIT = 100, 500


@dataclass(frozen=True, slots=True)
class WebhookCard:
    """``secret`` is told where one was just made, and empty otherwise."""

    id: int
    name: str
    url: str
    kinds: tuple[str, ...]
    is_active: bool
    stopped_because: str
    previous_secret_until: datetime | None
    secret: str = ""


def create_webhook(
    *, actor: Actor, name: str, url: str, kinds: Collection[str], is_active: bool = True
) -> WebhookCard:
    """The card tells the secret, once.

    Raises:
        NotAllowed: the actor is no admin.
        InvalidValue: ``details["field"]`` is ``name``, ``url`` (see ``check_url``) or ``kinds`` (none, or unknown ones).
    """
    _require_admin(actor)
    values: dict[str, Any] = {**_checked(name=name, url=url, kinds=kinds), "is_active": is_active}
    secret = _new_secret()
    with transaction.atomic():
        row = WebhookEndpoint.objects.create(secret=secret, **values)
        _record(actor, row.pk, "created", None, values)
    return _card(row, secret=secret)


def update_webhook(
    *, actor: Actor, webhook_id: int, name: str, url: str, kinds: Collection[str], is_active: bool
) -> WebhookCard:
    """Raises what ``create_webhook`` does, and NotFound. Switching it on forgets why it was stopped."""
    _require_admin(actor)
    values: dict[str, Any] = {**_checked(name=name, url=url, kinds=kinds), "is_active": is_active}
    with transaction.atomic():
        row = _locked(webhook_id)
        before = {field: getattr(row, field) for field in values}
        for field, value in values.items():
            setattr(row, field, value)
        if is_active:
            row.stopped_because = ""
        row.save()
        if before != values:
            _record(actor, row.pk, "changed", before, values)
    return _card(row)


def rotate_secret(*, actor: Actor, webhook_id: int) -> WebhookCard:
    """Make a new secret, which the card tells once; the one before signs as well for OVERLAP.

    Two sign at most: where there is one before that, it ends at once.

    Raises:
        NotAllowed, NotFound.
    """
    _require_admin(actor)
    secret = _new_secret()
    with transaction.atomic():
        row = _locked(webhook_id)
        row.previous_secret, row.previous_until = row.secret, clock.now() + OVERLAP
        row.secret = secret
        row.save()
        _record(actor, row.pk, "secret_rotated", None, {"previous_until": row.previous_until})
    return _card(row, secret=secret)


def remove_webhook(*, actor: Actor, webhook_id: int) -> None:
    """With everything it was told, and was to be. Raises NotAllowed, NotFound."""
    _require_admin(actor)
    with transaction.atomic():
        row = _locked(webhook_id)
        _record(actor, row.pk, "deleted", {"name": row.name, "url": row.url, "kinds": row.kinds}, None)
        row.delete()


def check_url(url: str) -> None:
    """Raise InvalidValue unless ``url`` is an https address without a login that may lead outside.

    ``details["problem"]`` is ``not_public`` for an address in a network of our own, however it is spelt. Where a name
    leads is checked at each send.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidValue("not a URL", field="url") from None
    clean = is_clean(url) and len(url) <= _URL_LIMIT
    if parts.scheme != "https" or not parts.hostname or not clean or port == 0:
        raise InvalidValue("an https address", field="url")
    if parts.username is not None or parts.fragment:
        raise InvalidValue("without a login and a fragment", field="url")
    try:
        public = may_be_public(url)
    except ValueError:
        raise InvalidValue("neither a host name nor an address", field="url") from None
    if not public:
        raise InvalidValue("an address that is not public", field="url", problem="not_public")


def _checked(*, name: str, url: str, kinds: Collection[str]) -> dict[str, Any]:
    if not name.strip() or len(name) > _NAME_LIMIT:
        raise InvalidValue("a name of up to 100 characters", field="name")
    check_url(url)
    if not kinds or not set(kinds) <= set(OFFERED):
        raise InvalidValue(f"some of {', '.join(OFFERED)}", field="kinds")
    return {"name": name.strip(), "url": url, "kinds": sorted(set(kinds))}


def _require_admin(actor: Actor) -> None:
    if not actor.is_admin:
        raise NotAllowed("only admins manage webhooks")


def _locked(webhook_id: int) -> WebhookEndpoint:
    row = WebhookEndpoint.objects.select_for_update().filter(pk=webhook_id).first()
    if row is None:
        raise NotFound("webhook")
    return row


def _new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


def _record(
    actor: Actor, webhook_id: int, action: str, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    entity = audit.entity_of(WebhookEndpoint)
    audit.record(actor=actor, action=action, entity=entity, entity_id=webhook_id, before=before, after=after)


def _card(row: WebhookEndpoint, *, secret: str = "") -> WebhookCard:
    return WebhookCard(
        id=row.pk, name=row.name, url=row.url, kinds=tuple(row.kinds), is_active=row.is_active,
        stopped_because=row.stopped_because, previous_secret_until=row.previous_until, secret=secret,
    )  # fmt: skip
