"""Integrators' webhooks: made, and given a new secret. They change and go like all rows (``bookings.services.resources``)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.services import audit
from bookings.services.idempotency import Request, made_once
from bookings.services.resources.writing import create, locked
from notifications.entities import WEBHOOKS
from notifications.models import WebhookEndpoint
from notifications.webhook_rules import in_order, new_secret

#: How long the secret before a rotation signs as well.
OVERLAP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class IssuedSecret:
    """``secret`` is told here and nowhere else. It is empty where the same request was answered before."""

    webhook_id: int
    name: str
    secret: str


def create_webhook(
    *,
    actor: Actor,
    name: str,
    url: str,
    kinds: Collection[str],
    is_active: bool = True,
    idempotency_key: str | None = None,
) -> IssuedSecret:
    """A webhook, with the secret that signs what it is told.

    Raises:
        NotAllowed: the actor is no admin. InvalidValue: see ``webhook_rules.prepare_webhook``.
        IdempotencyConflict, Busy.
    """
    made: list[WebhookEndpoint] = []
    hook = create(
        actor=actor,
        entity=WEBHOOKS,
        values={"name": name, "url": url, "kinds": in_order(list(kinds)), "is_active": is_active},
        idempotency_key=idempotency_key,
        on_made=made.append,
    )
    return IssuedSecret(hook.pk, hook.name, made[-1].secret if made else "")


def rotate_secret(*, actor: Actor, webhook_id: int, idempotency_key: str | None = None) -> IssuedSecret:
    """Make a new secret; the one before signs as well for OVERLAP.

    Two sign at most: where there is one before that, it ends at once.

    Raises:
        NotAllowed: the actor is no admin. NotFound, IdempotencyConflict, Busy.
    """
    WEBHOOKS.require_write(actor)
    request = Request.of(
        actor=actor, operation="rotate_webhook_secret", key=idempotency_key, content={"webhook": webhook_id}
    )
    made: list[str] = []

    def work() -> int:
        secret = new_secret()
        with transaction.atomic():
            hook = locked(WEBHOOKS, webhook_id)
            hook.previous_secret, hook.previous_until = hook.secret, clock.now() + OVERLAP
            hook.secret = secret
            hook.save(update_fields=["secret", "previous_secret", "previous_until"])
            audit.record(
                actor=actor, action="secret_rotated", entity=WEBHOOKS.name, entity_id=webhook_id,
                before=None, after={"previous_until": hook.previous_until},
            )  # fmt: skip
            request.remember(webhook_id)
        made.append(secret)
        return webhook_id

    hook = made_once(WEBHOOKS.rows, request, work)
    return IssuedSecret(hook.pk, hook.name, made[-1] if made else "")
