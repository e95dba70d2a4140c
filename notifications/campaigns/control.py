"""Setting a campaign going, and holding it."""

from datetime import datetime, timedelta

from django.db import transaction

from booking_site.lib import clock
from booking_site.lib.publishing import publish
from bookings.actor import Actor
from notifications import queues
from notifications.campaigns.audience import Audience
from notifications.campaigns.changes import change, check_status
from notifications.campaigns.content import check
from notifications.campaigns.read_models import CampaignCard
from notifications.events import CampaignStatus as Status
from notifications.exceptions import InvalidCampaign, NobodyToTell
from notifications.models import Campaign

_FURTHEST = timedelta(days=366)


def schedule_campaign(
    *, actor: Actor, campaign_id: int, at: datetime | None, idempotency_key: str | None = None
) -> CampaignCard:
    """Let it start by itself at ``at`` (aware), or, with ``None``, not by itself any more.

    Raises:
        NotAllowed, NotFound, InvalidCampaign: the time is past or more than a year ahead.
        WrongCampaignStatus: it has begun.
        IdempotencyConflict, Busy.
    """

    def work(campaign: Campaign) -> None:
        check_status(campaign, Status.DRAFT, Status.SCHEDULED)
        if at is not None:
            check_time(at)
        check(campaign)
        campaign.status = Status.DRAFT if at is None else Status.SCHEDULED
        campaign.scheduled_at, campaign.trouble = at, ""

    return change(
        actor=actor, action="scheduled", campaign_id=campaign_id, idempotency_key=idempotency_key,
        content={"at": at}, work=work,
    )  # fmt: skip


def check_time(at: datetime) -> None:
    """Raises InvalidCampaign: a campaign can't be planned for then."""
    now = clock.now()
    if not now < at <= now + _FURTHEST:
        raise InvalidCampaign("a time within the next year", field="scheduled_at", reason="past")


def start_campaign(*, actor: Actor, campaign_id: int, idempotency_key: str | None = None) -> CampaignCard:
    """Make its rows and send them, from now on without further ado.

    Raises:
        NotAllowed, NotFound, WrongCampaignStatus.
        InvalidCampaign: something in it cannot be sent any more.
        NobodyToTell: nobody fits the audience.
        IdempotencyConflict, Busy.
    """

    def work(campaign: Campaign) -> None:
        check_status(campaign, Status.DRAFT, Status.SCHEDULED)
        check(campaign)
        now = clock.now()
        if not Audience.from_json(campaign.audience).people(now).exists():
            raise NobodyToTell("nobody fits the audience")
        campaign.status, campaign.started_at, campaign.trouble = Status.MATERIALISING, now, ""
        _wake_on_commit(campaign)

    return change(
        actor=actor, action="started", campaign_id=campaign_id, idempotency_key=idempotency_key,
        content={}, work=work,
    )  # fmt: skip


def pause_campaign(*, actor: Actor, campaign_id: int, idempotency_key: str | None = None) -> CampaignCard:
    """Nothing of it is begun after two seconds. Raises NotAllowed, NotFound, WrongCampaignStatus."""

    def work(campaign: Campaign) -> None:
        check_status(campaign, Status.MATERIALISING, Status.RUNNING)
        campaign.status = Status.PAUSED

    return change(
        actor=actor, action="paused", campaign_id=campaign_id, idempotency_key=idempotency_key,
        content={}, work=work,
    )  # fmt: skip


def resume_campaign(*, actor: Actor, campaign_id: int, idempotency_key: str | None = None) -> CampaignCard:
    """Go on with exactly what is left. Raises NotAllowed, NotFound, WrongCampaignStatus."""

    def work(campaign: Campaign) -> None:
        check_status(campaign, Status.PAUSED)
        campaign.status = Status.RUNNING if campaign.made_at else Status.MATERIALISING
        campaign.running_since = clock.now() if campaign.made_at else None
        campaign.trouble = ""
        _wake_on_commit(campaign)

    return change(
        actor=actor, action="resumed", campaign_id=campaign_id, idempotency_key=idempotency_key,
        content={}, work=work,
    )  # fmt: skip


def cancel_campaign(*, actor: Actor, campaign_id: int, idempotency_key: str | None = None) -> CampaignCard:
    """What has not been sent never is. Raises NotAllowed, NotFound, WrongCampaignStatus."""

    def work(campaign: Campaign) -> None:
        check_status(campaign, Status.DRAFT, Status.SCHEDULED, Status.MATERIALISING, Status.RUNNING, Status.PAUSED)
        # Whoever has rows to mark as skipped says when it is finished.
        campaign.finished_at = None if campaign.started_at else clock.now()
        campaign.status = Status.CANCELLED
        _wake_on_commit(campaign)

    return change(
        actor=actor, action="cancelled", campaign_id=campaign_id, idempotency_key=idempotency_key,
        content={}, work=work,
    )  # fmt: skip


def _wake_on_commit(campaign: Campaign) -> None:
    campaign_id, trace_id = campaign.pk, campaign.trace_id
    transaction.on_commit(lambda: wake(campaign_id, trace_id=trace_id), robust=True)


def wake(campaign_id: int, *, trace_id: str = "", expires: float | None = None) -> bool:
    """Ask a worker to go on with the campaign, whatever it needs. A lost wake-up is repeated by beat."""
    return publish(
        queues.RUN_CAMPAIGN,
        [campaign_id],
        queue=queues.BROADCAST,
        expires=expires,
        shown_as=f"(campaign {campaign_id})",
        trace_id=trace_id,
    )
