"""One message to one person over one channel, and how far it got."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking_site.lib import clock
from bookings.enums import Role
from notifications.events import CLAIMABLE, Channel, DeliveryState, Lane
from notifications.models.campaign import Campaign
from notifications.models.outbox import OutboxEvent
from notifications.models.webhook_endpoint import WebhookEndpoint


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def claimable(self, at: datetime) -> "DeliveryQuerySet":
        """Rows a worker may take at ``at``."""
        return self.filter(state__in=CLAIMABLE, due_at__lte=at)

    def stale(self, at: datetime) -> "DeliveryQuerySet":
        """Claims whose worker did not report before its lease ended."""
        return self.filter(state=DeliveryState.SENDING, lease_until__lte=at)

    def unburied(self) -> "DeliveryQuerySet":
        """Dead rows that have no dead letter yet."""
        return self.filter(state=DeliveryState.DEAD, buried_at=None)


class Delivery(models.Model):
    """Unique per event or campaign, recipient and channel, so that no repetition tells anybody twice.

    Belongs to an event or to a campaign. A campaign's rows are in its own lane and take their message from it when they
    are sent; its test messages are in the lane of instant ones and keep theirs, any number of them.
    Goes to a person (``recipient``) or to an integrator's address (``endpoint``), never to both.
    ``body`` is the finished message (see ``notifications.messages.Message``); empty until it is rendered.
    ``claim_token`` fences: only the worker that holds the current token may record an outcome.
    ``attempts`` counts failed sends, ``unknowns`` sends without an answer, ``crashes`` claims never reported on.
    """

    event = models.ForeignKey(
        OutboxEvent, models.CASCADE, null=True, blank=True, related_name="deliveries", verbose_name=_("event")
    )
    campaign = models.ForeignKey(
        Campaign, models.CASCADE, null=True, blank=True, related_name="deliveries", verbose_name=_("campaign"),
        db_index=False,
    )  # fmt: skip
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="deliveries",
        verbose_name=_("recipient"),
    )  # fmt: skip
    endpoint = models.ForeignKey(
        WebhookEndpoint,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="deliveries",
        verbose_name=_("webhook"),
    )
    role = models.CharField(_("told as"), max_length=10, choices=Role.choices, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    lane = models.CharField(_("lane"), max_length=10, choices=Lane.choices, default=Lane.P2P)
    template = models.CharField(_("text"), max_length=40, blank=True)
    #: An earlier delivery whose message this one rewrites instead of sending a new one.
    edits = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="edited_by", verbose_name=_("rewrites")
    )
    body = models.JSONField(_("message"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING
    )
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    error = models.TextField(_("error"), blank=True)
    traceback = models.TextField(_("traceback"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    unknowns = models.PositiveSmallIntegerField(_("without an answer"), default=0)
    crashes = models.PositiveSmallIntegerField(_("interrupted"), default=0)
    due_at = models.DateTimeField(_("due at"), default=clock.now)
    claim_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    chat_id = models.BigIntegerField(_("chat"), null=True, blank=True)
    message_id = models.BigIntegerField(_("message id"), null=True, blank=True)
    trace_id = models.CharField(_("trace id"), max_length=32, db_index=True)
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    #: When it came to its end: sent, skipped, unknown or dead.
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    buried_at = models.DateTimeField(_("dead letter written at"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "recipient", "channel"], name="delivery_once"),
            models.UniqueConstraint(
                fields=["campaign", "recipient", "channel"],
                condition=Q(lane="campaign"),
                name="delivery_campaign_once",
            ),
            models.CheckConstraint(
                condition=Q(event=None, campaign__isnull=False) | Q(event__isnull=False, campaign=None),
                name="delivery_one_cause",
            ),
            models.UniqueConstraint(fields=["event", "endpoint"], name="delivery_endpoint_once"),
            models.CheckConstraint(
                condition=Q(recipient=None, endpoint__isnull=False) | Q(recipient__isnull=False, endpoint=None),
                name="delivery_one_addressee",
            ),
        ]
        indexes = [
            # Not partial: SQLite does not see that a condition with parameters implies that of a partial index.
            models.Index(fields=["lane", "state", "due_at", "id"], name="delivery_due_by_lane"),
            models.Index(fields=["campaign", "state", "due_at", "id"], name="delivery_campaign"),
            models.Index(
                fields=["campaign", "settled_at"],
                condition=Q(settled_at__isnull=False),
                name="delivery_campaign_settled",
            ),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="delivery_claimed"),
            models.Index(fields=["id"], condition=Q(state="dead", buried_at=None), name="delivery_unburied"),
            models.Index(fields=["state", "-id"], name="delivery_state"),
            models.Index(fields=["claim_token"], condition=~Q(claim_token=""), name="delivery_token"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.get_channel_display()}"
