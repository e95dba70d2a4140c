"""What admins read of campaigns."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.exceptions import NotFound
from bookings.policies import Task, require_task
from notifications.campaigns.audience import Audience
from notifications.campaigns.read_models import AudienceCount, CampaignCard, Progress
from notifications.events import CampaignStatus, DeliveryState, Lane
from notifications.models import Campaign, Delivery
from notifications.models.delivery import DeliveryQuerySet

#: Over how long the rate is measured.
_RATE_OVER = timedelta(seconds=10)
#: States of a row that did not arrive, as far as anybody knows.
FAILED = (DeliveryState.DEAD, DeliveryState.SKIPPED, DeliveryState.UNKNOWN)


def get_campaign(*, actor: Actor, campaign_id: int) -> CampaignCard:
    """Raises NotAllowed, NotFound."""
    return CampaignCard.of(_campaign(actor, campaign_id))


def list_campaigns(*, actor: Actor, limit: int = 20, offset: int = 0) -> tuple[CampaignCard, ...]:
    """The newest first. Raises NotAllowed."""
    require_task(actor, Task.CAMPAIGN)
    return tuple(CampaignCard.of(one) for one in Campaign.objects.order_by("-pk")[offset : offset + limit])


def count_audience(*, actor: Actor, audience: Audience) -> AudienceCount:
    """How many people it would reach now. Raises NotAllowed."""
    require_task(actor, Task.CAMPAIGN)
    people: Any = audience.people(clock.now())
    by_both = people.order_by().values_list("reached_by", "language").annotate(people=Count("pk"))
    by_channel: dict[str, int] = {}
    by_language: dict[str, int] = {}
    for channel, language, count in by_both:
        by_channel[channel] = by_channel.get(channel, 0) + count
        by_language[language] = by_language.get(language, 0) + count
    return AudienceCount(sum(by_channel.values()), by_channel, by_language)


def progress(*, actor: Actor, campaign_id: int) -> Progress:
    """How far it is. Raises NotAllowed, NotFound."""
    campaign = _campaign(actor, campaign_id)
    rows = rows_of(campaign_id)
    by_state = dict(rows.order_by().values_list("state").annotate(rows=Count("pk")))
    rate = 0.0
    if campaign.status == CampaignStatus.RUNNING:
        # All that is settled counts, sent or not: what is left goes the same way. And only since it last began to run.
        now = clock.now()
        since = max(now - _RATE_OVER, campaign.running_since or now - _RATE_OVER)
        rate = rows.filter(settled_at__gte=since).count() / max(1.0, (now - since).total_seconds())
    told = Progress(campaign.status, campaign.trouble, campaign.total, by_state, rate, None)
    if not rate:
        return told
    return Progress(campaign.status, campaign.trouble, campaign.total, by_state, rate, round(told.left / rate))


def failures(*, actor: Actor, campaign_id: int) -> Iterator[tuple[int, int | None, str, str, str, str, str]]:
    """Rows that did not arrive, one after the other: user, Telegram id, name, channel, state, reason, error.

    Raises NotAllowed, NotFound before the first.
    """
    _campaign(actor, campaign_id)
    rows = rows_of(campaign_id).filter(state__in=FAILED).order_by("pk").select_related("recipient")
    return (
        (row.recipient.pk, row.recipient.tg_id, row.recipient.display_name, row.channel, row.state, row.reason,
         row.error)
        for row in rows.iterator(chunk_size=1000)
        if row.recipient is not None
    )  # fmt: skip


def rows_of(campaign_id: int) -> DeliveryQuerySet:
    """What is sent to its audience; its test messages are none of it."""
    return Delivery.objects.filter(campaign=campaign_id, lane=Lane.CAMPAIGN)


def _campaign(actor: Actor, campaign_id: int) -> Campaign:
    require_task(actor, Task.CAMPAIGN)
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        raise NotFound("campaign")
    return campaign
