"""What every change of a campaign has in common: an admin, one at a time, audited, the same answer to the same key."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from bookings.actor import Actor
from bookings.exceptions import NotFound
from bookings.models import User
from bookings.policies import Task, require_task
from bookings.services import audit
from bookings.services.idempotency import Request, made_once
from notifications.campaigns.read_models import CampaignCard
from notifications.exceptions import WrongCampaignStatus
from notifications.models import Campaign

#: What the audit tells of a campaign.
_TOLD = (
    "name", "text_ru", "text_en", "photo", "photo_file_id", "buttons", "audience", "is_paid", "status", "trouble",
    "scheduled_at",
)  # fmt: skip


def change(
    *,
    actor: Actor,
    action: str,
    campaign_id: int,
    idempotency_key: str | None,
    content: dict[str, Any],
    work: Callable[[Campaign], None],
) -> CampaignCard:
    """Let ``work`` change the campaign while nobody else does; ``content`` is what the request asked for.

    Raises:
        NotAllowed, NotFound, IdempotencyConflict, Busy; whatever ``work`` raises.
    """
    require_task(actor, Task.CAMPAIGN)
    request = _request(actor, action, idempotency_key, {"campaign": campaign_id, **content})

    def do() -> int:
        with transaction.atomic():
            campaign = locked(campaign_id)
            if campaign is None:
                raise NotFound("campaign")
            before = told(campaign)
            work(campaign)
            campaign.version += 1
            campaign.save()
            audit.record(
                actor=actor, action=action, entity="campaign", entity_id=campaign_id,
                before=before, after=told(campaign),
            )  # fmt: skip
            request.remember(campaign_id)
        return campaign_id

    return CampaignCard.of(made_once(Campaign.objects.all(), request, do))


def create(
    *, actor: Actor, idempotency_key: str | None, content: dict[str, Any], make: Callable[[], Campaign]
) -> CampaignCard:
    """Write the campaign that ``make`` builds. Raises NotAllowed, IdempotencyConflict, Busy; whatever ``make`` raises."""
    require_task(actor, Task.CAMPAIGN)
    request = _request(actor, "created", idempotency_key, content)

    def do() -> int:
        with transaction.atomic():
            campaign = make()
            campaign.created_by = User.objects.filter(pk=actor.user_id or 0).first()
            campaign.save(force_insert=True)
            audit.record(
                actor=actor, action="created", entity="campaign", entity_id=campaign.pk,
                before=None, after=told(campaign),
            )  # fmt: skip
            request.remember(campaign.pk)
        return int(campaign.pk)

    return CampaignCard.of(made_once(Campaign.objects.all(), request, do))


def locked(campaign_id: int) -> Campaign | None:
    """The campaign, locked until the transaction ends."""
    return Campaign.objects.select_for_update().filter(pk=campaign_id).first()


def check_status(campaign: Campaign, *allowed: str) -> None:
    """Raise WrongCampaignStatus unless the campaign has one of ``allowed``."""
    if campaign.status not in allowed:
        raise WrongCampaignStatus(f"the campaign is {campaign.status}", status=campaign.status)


def told(campaign: Campaign) -> dict[str, Any]:
    return {name: str(getattr(campaign, name)) if name == "photo" else getattr(campaign, name) for name in _TOLD}


def _request(actor: Actor, action: str, key: str | None, content: dict[str, Any]) -> Request:
    return Request.of(actor=actor, operation=f"campaign_{action}", key=key, content=content)
