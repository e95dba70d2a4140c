"""The rows of notifications, on the pattern of all resources (see ``bookings.api.crud``)."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from bookings.api.caller import caller_of
from bookings.api.crud.fields import Exposed, literal
from bookings.api.crud.operations import answer_row, mount, mount_single
from bookings.api.crud.resource import Resource
from bookings.api.openapi import responses
from bookings.api.values import Id, IdempotencyKey
from notifications import dead_letters, entities
from notifications.models import NotificationPolicy
from notifications.models.policy import LONGEST_OFFSET, MOST_OFFSETS, SHORTEST_OFFSET
from notifications.services.webhooks import rotate_secret
from notifications.switchboard import ensure_rows
from notifications.webhook_bodies import OFFERED
from notifications.webhook_rules import in_order

_SETTINGS = "Manage notifications"
_DELIVERY = "Follow notifications"
_Kind = literal(str(kind) for kind in OFFERED)
_Offset = Annotated[int, Field(ge=SHORTEST_OFFSET, le=LONGEST_OFFSET)]

SETTINGS = Resource(
    noun="notification-settings",
    one="notification_setting",
    tag=_SETTINGS,
    entity=entities.SETTINGS,
    fields=("id", "kind", "role", "channel", "enabled", "tell_peers", "with_ad", "text_ru", "text_en"),
    orders=("id",),
    filters=("kind", "role", "channel", "enabled", "with_ad"),
    fill=ensure_rows,
    can_create=False,
    can_delete=False,
    about="What is told to whom and where, and in whose words. Every cell of the table has its row.",
)
POLICY = Resource(
    noun="notification-policy",
    one="notification_policy",
    tag=_SETTINGS,
    entity=entities.POLICY,
    fields=("review_after_minutes", "quiet_from", "quiet_until", "quiet_news", "keep_days"),
    also=(
        Exposed(
            name="reminder_minutes",
            attribute="reminder_minutes",
            out=list[int],
            read=lambda row, _zone: row.reminder_minutes,
            write=Annotated[list[_Offset], Field(max_length=MOST_OFFSETS)],
            about="Reminders, minutes before the visit",
        ),
    ),
    orders=("id",),
    about="When the business tells what nobody asked for.",
)
AD_TEMPLATES = Resource(
    noun="ad-templates",
    one="ad_template",
    tag=_SETTINGS,
    entity=entities.AD_TEMPLATES,
    fields=("id", "name", "text_ru", "text_en", "starts_at", "ends_at", "weight", "daily_cap", "is_active"),
    orders=("id", "name"),
    filters=("is_active",),
    search=("name", "text_ru", "text_en"),
    about="A few words that may follow a message.",
)
PUSH_SUBSCRIPTIONS = Resource(
    noun="push-subscriptions",
    one="push_subscription",
    tag=_SETTINGS,
    entity=entities.PUSH_SUBSCRIPTIONS,
    # The browser's address is a capability: whoever knows it can write to the browser.
    fields=("id", "user_id", "created_at"),
    orders=("id",),
    filters=("user_id",),
    ranges=("created_at",),
    about="Browsers that asked to be told.",
)
OUTBOX_EVENTS = Resource(
    noun="outbox-events",
    one="outbox_event",
    tag=_DELIVERY,
    entity=entities.OUTBOX_EVENTS,
    fields=(
        "id", "kind", "booking_id", "payload", "actor_role", "actor_user_id", "door", "trace_id", "state", "attempts",
        "error", "due_at", "created_at", "processed_at",
    ),
    orders=("id",),
    filters=("kind", "booking_id", "actor_role", "actor_user_id", "door", "trace_id", "state"),
    ranges=("created_at",),
    about="What happened, and whether everybody concerned has been written to.",
)  # fmt: skip
DELIVERIES = Resource(
    noun="deliveries",
    one="delivery",
    tag=_DELIVERY,
    entity=entities.DELIVERIES,
    fields=(
        "id", "event_id", "campaign_id", "recipient_id", "endpoint_id", "role", "channel", "lane", "template", "edits_id", "body",
        "state", "reason", "error", "attempts", "unknowns", "crashes", "due_at", "chat_id", "message_id", "trace_id",
        "created_at", "sent_at",
    ),
    orders=("id",),
    filters=("event_id", "campaign_id", "recipient_id", "endpoint_id", "role", "channel", "lane", "state", "trace_id"),
    ranges=("created_at",),
    about="Every message to everybody: where it is, what went wrong, what it says. `endpoint_id` is the webhook it goes to.",
)  # fmt: skip
DEAD_LETTERS = Resource(
    noun="dead-letters",
    one="dead_letter",
    tag=_DELIVERY,
    entity=entities.DEAD_LETTERS,
    fields=(
        "id", "source", "task", "payload", "error", "traceback", "trace_id", "attempts", "state", "created_at",
        "resolved_at", "resolved_by_id",
    ),
    orders=("id",),
    filters=("source", "task", "trace_id", "state"),
    ranges=("created_at",),
    search=("task", "error"),
    about="Work that was given up, to be repeated or closed.",
)  # fmt: skip

WEBHOOKS = Resource(
    noun="webhooks",
    one="webhook",
    tag=_SETTINGS,
    entity=entities.WEBHOOKS,
    fields=("id", "name", "url", "is_active", "stopped_because", "previous_until", "created_at"),
    also=(
        Exposed(
            name="kinds",
            attribute="kinds",
            out=list[_Kind],  # type: ignore[valid-type]  # made when it runs
            read=lambda row, _zone: row.kinds,
            write=Annotated[list[_Kind], Field(min_length=1, max_length=len(OFFERED))],  # type: ignore[valid-type]  # made when it runs
            to_value=in_order,
            required=True,
            about="The events it is told",
        ),
    ),
    orders=("id", "name"),
    filters=("is_active",),
    search=("name", "url"),
    once={"secret": "Signs what it is told. Null where the same request was answered before: make a new one"},
    about="Addresses that are told what happens: https, and public. The secret that signs is shown once.",
)  # fmt: skip

RESOURCES = (
    SETTINGS, AD_TEMPLATES, PUSH_SUBSCRIPTIONS, WEBHOOKS, OUTBOX_EVENTS, DELIVERIES, DEAD_LETTERS,
)  # fmt: skip

router = Router()
mount_single(router, POLICY, lambda: NotificationPolicy.objects.current().pk)
mount(router, *RESOURCES)


@router.post(
    "/dead-letters/{row_id}/requeue", response=DEAD_LETTERS.row_type, operation_id="requeue_managed_dead_letter",
    summary="Give the work back", tags=[_DELIVERY],
    openapi_extra=responses("not_found", "invalid_request", "idempotency_conflict", "letter_settled", "cannot_requeue"),
)  # fmt: skip
def requeue_managed_dead_letter(
    request: HttpRequest, row_id: Path[Id], idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """To whoever did it. Asked twice, the second answer is `letter_settled`, but with the same key."""
    caller = caller_of(request)
    key = caller.idempotency_key(idempotency_key)
    dead_letters.requeue(actor=caller.actor, letter_id=row_id, idempotency_key=key)
    return answer_row(request, DEAD_LETTERS, row_id)


@router.post(
    "/dead-letters/{row_id}/discard", response=DEAD_LETTERS.row_type, operation_id="discard_managed_dead_letter",
    summary="Close without repeating", tags=[_DELIVERY],
    openapi_extra=responses("not_found", "invalid_request", "idempotency_conflict", "letter_settled"),
)  # fmt: skip
def discard_managed_dead_letter(
    request: HttpRequest, row_id: Path[Id], idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """The letter stays to be read."""
    caller = caller_of(request)
    key = caller.idempotency_key(idempotency_key)
    dead_letters.discard(actor=caller.actor, letter_id=row_id, idempotency_key=key)
    return answer_row(request, DEAD_LETTERS, row_id)


@router.post(
    "/webhooks/{row_id}/rotate-secret", response=WEBHOOKS.issued_type, operation_id="rotate_managed_webhook_secret",
    summary="Make a new secret", tags=[_SETTINGS],
    openapi_extra=responses("not_found", "invalid_request", "idempotency_conflict"),
)  # fmt: skip
def rotate_managed_webhook_secret(
    request: HttpRequest, row_id: Path[Id], idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """The one before signs for 24 hours more. Two sign at most: another rotation within them ends the first at once."""
    caller = caller_of(request)
    key = caller.idempotency_key(idempotency_key)
    issued = rotate_secret(actor=caller.actor, webhook_id=row_id, idempotency_key=key)
    return answer_row(request, WEBHOOKS, row_id, secret=issued.secret or None)
