"""A message to many, and how far it got."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking_site.lib import clock
from notifications.events import CampaignStatus

NAME_LIMIT = 100


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def due(self, at: datetime) -> "CampaignQuerySet":
        """Campaigns whose time has come by ``at``."""
        return self.filter(status=CampaignStatus.SCHEDULED, scheduled_at__lte=at)

    def unfinished(self) -> "CampaignQuerySet":
        """Campaigns that a worker has something to do for: making rows, sending, or clearing up after a cancellation."""
        return self.filter(
            status__in=(CampaignStatus.MATERIALISING, CampaignStatus.RUNNING, CampaignStatus.CANCELLED),
            finished_at=None,
        )


class Campaign(models.Model):
    """``draft → scheduled → materialising → running → done``; paused and resumed on the way, cancelled at any time.

    ``audience`` is ``notifications.campaigns.audience.Audience`` as JSON, ``buttons`` a list of
    ``notifications.campaigns.content.Button``. Days in the audience count back from ``started_at``.
    ``cursor`` is the id of the last user whose row is made; rows are complete once ``made_at`` is set.
    ``photo_file_id`` is Telegram's name of the photo: known once the photo was sent, or from the start where it came
    through the bot.
    """

    name = models.CharField(_("name"), max_length=NAME_LIMIT)
    text_ru = models.TextField(_("text, Russian"), blank=True)
    text_en = models.TextField(_("text, English"), blank=True)
    photo = models.FileField(_("photo"), upload_to="campaigns/", blank=True, max_length=200)
    photo_file_id = models.CharField(max_length=200, blank=True)
    buttons = models.JSONField(_("buttons"), default=list, blank=True)
    audience = models.JSONField(_("audience"), default=dict, blank=True)
    is_paid = models.BooleanField(
        _("paid broadcast"), default=False,
        help_text=_("up to 1,000 messages a second; Telegram charges Stars for each"),
    )  # fmt: skip
    status = models.CharField(
        _("status"), max_length=13, choices=CampaignStatus.choices, default=CampaignStatus.DRAFT
    )
    #: Why the service itself paused it; empty where a person did.
    trouble = models.TextField(_("trouble"), blank=True)
    scheduled_at = models.DateTimeField(_("starts at"), null=True, blank=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    #: When it last began to send: at first, after a pause, or for a message that was given back to work.
    running_since = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    cursor = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField(_("recipients"), default=0)
    version = models.PositiveIntegerField(default=1)
    trace_id = models.CharField(_("trace id"), max_length=32, db_index=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("created by"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created at"), default=clock.now)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=CampaignStatus.SCHEDULED) | Q(scheduled_at__isnull=False),
                name="campaign_scheduled_at",
            ),
        ]
        indexes = [models.Index(fields=["status"], name="campaign_status")]

    def __str__(self) -> str:
        return self.name
