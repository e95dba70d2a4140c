"""What happened, written in the transaction that made it happen."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking_site.lib import clock
from bookings.enums import Door, Role
from bookings.models import Booking
from notifications.events import EventState, Kind


class OutboxEventQuerySet(models.QuerySet["OutboxEvent"]):
    def due(self, at: datetime) -> "OutboxEventQuerySet":
        """Unprocessed events whose next try has come by ``at``, oldest first."""
        return self.filter(state=EventState.PENDING, due_at__lte=at).order_by("due_at", "pk")


class OutboxEvent(models.Model):
    """``payload`` holds what a message needs and the booking's row no longer tells.

    ``dedupe_key``, where it is set, makes a second identical event impossible (one alert a while, one reminder an
    offset). ``due_at`` is when the event is tried next should nobody have processed it by then.
    """

    kind = models.CharField(_("event"), max_length=40, choices=Kind.choices)
    booking = models.ForeignKey(
        Booking, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("booking")
    )
    payload = models.JSONField(_("payload"), default=dict, blank=True)
    actor_role = models.CharField(_("by"), max_length=10, choices=Role.choices)
    actor_user_id = models.BigIntegerField(_("by user"), null=True, blank=True)
    door = models.CharField(_("through"), max_length=6, choices=Door.choices)
    trace_id = models.CharField(_("trace id"), max_length=32, db_index=True)
    dedupe_key = models.CharField(_("unique key"), max_length=100, null=True, blank=True, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=EventState.choices, default=EventState.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("error"), blank=True)
    due_at = models.DateTimeField(_("next try"), default=clock.now)
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    processed_at = models.DateTimeField(_("processed at"), null=True, blank=True)

    objects = OutboxEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="pending"), name="outbox_pending_due"),
            models.Index(fields=["created_at"], name="outbox_created"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.booking_id}" if self.booking_id else self.get_kind_display()
