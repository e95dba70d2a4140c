"""Composing a campaign, and trying it on oneself."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction

from booking_site.lib import clock
from booking_site.lib.publishing import publish
from booking_site.lib.trace import current_trace_id
from bookings.actor import Actor
from bookings.exceptions import NotFound, StaleVersion
from bookings.models import User
from bookings.policies import Task, require_task
from bookings.services.idempotency import Request, answer_once
from notifications import queues
from notifications.campaigns.audience import Audience
from notifications.campaigns.changes import change, check_status, create
from notifications.campaigns.content import Button, body_of, check
from notifications.campaigns.photos import photo_file
from notifications.campaigns.read_models import CampaignCard
from notifications.events import CampaignStatus, Channel, Lane
from notifications.exceptions import NobodyToTell
from notifications.models import Campaign, Delivery, PushSubscription

EDITABLE = (CampaignStatus.DRAFT, CampaignStatus.SCHEDULED)
#: Times of a test message that are kept; the older ones are deleted.
_TEST_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be said to whom. ``photo``: a JPEG or PNG; ``photo_file_id``: one that Telegram has already.

    With neither, a campaign keeps the photo it has, unless ``without_photo``.
    """

    name: str
    text_ru: str = ""
    text_en: str = ""
    buttons: Sequence[Button] = ()
    audience: Audience = field(default_factory=Audience)
    is_paid: bool = False
    photo: bytes | None = None
    photo_file_id: str = ""
    without_photo: bool = False

    def content(self) -> dict[str, Any]:
        """What makes a request with this draft the same request."""
        return asdict(self) | {"photo": hashlib.sha256(self.photo).hexdigest() if self.photo else ""}


def create_campaign(*, actor: Actor, draft: Draft, idempotency_key: str | None = None) -> CampaignCard:
    """A new draft.

    Raises:
        NotAllowed: only admins run campaigns.
        InvalidCampaign: something in it cannot be sent.
        IdempotencyConflict, Busy.
    """

    def make() -> Campaign:
        campaign = Campaign(trace_id=actor.trace_id or current_trace_id())
        _fill(campaign, draft)
        return campaign

    return create(actor=actor, idempotency_key=idempotency_key, content=draft.content(), make=make)


def update_campaign(
    *,
    actor: Actor,
    campaign_id: int,
    draft: Draft,
    expected_version: int | None = None,
    idempotency_key: str | None = None,
) -> CampaignCard:
    """Replace what a campaign says that has not begun; a scheduled one stays scheduled.

    Raises:
        NotAllowed, NotFound, InvalidCampaign.
        WrongCampaignStatus: it has begun. StaleVersion: somebody else changed it meanwhile.
        IdempotencyConflict, Busy.
    """

    def work(campaign: Campaign) -> None:
        check_status(campaign, *EDITABLE)
        if expected_version is not None and campaign.version != expected_version:
            raise StaleVersion("the campaign was changed meanwhile")
        _fill(campaign, draft)

    return change(
        actor=actor, action="updated", campaign_id=campaign_id, idempotency_key=idempotency_key,
        content={**draft.content(), "version": expected_version}, work=work,
    )  # fmt: skip


def send_test(*, actor: Actor, campaign_id: int, idempotency_key: str | None = None) -> int:
    """Send the campaign, as it stands, to the actor alone; returns the id of the delivery.

    Raises:
        NotAllowed, NotFound.
        NobodyToTell: the actor has neither Telegram nor a browser that is subscribed.
        IdempotencyConflict, Busy.
    """
    require_task(actor, Task.CAMPAIGN)
    request = Request.of(
        actor=actor, operation="campaign_tested", key=idempotency_key, content={"campaign": campaign_id}
    )

    def do() -> int:
        campaign, reader = Campaign.objects.filter(pk=campaign_id).first(), _reader(actor)
        if campaign is None:
            raise NotFound("campaign")
        now = clock.now()
        with transaction.atomic():
            tests = Delivery.objects.filter(campaign=campaign, lane=Lane.P2P, recipient=reader)
            tests.filter(created_at__lt=now - _TEST_KEPT).delete()
            row = Delivery.objects.create(
                campaign=campaign, recipient=reader, role=reader.role, lane=Lane.P2P, template="test",
                channel=Channel.TELEGRAM if reader.tg_id is not None else Channel.PUSH,
                body=body_of(campaign, reader.language), trace_id=actor.trace_id or current_trace_id(),
                due_at=now, created_at=now,
            )  # fmt: skip
            request.remember(row.pk)
            transaction.on_commit(
                lambda: publish(
                    queues.DELIVER,
                    [row.pk],
                    queue=queues.P2P,
                    shown_as=f"(test of campaign {campaign_id})",
                    trace_id=row.trace_id,
                )
            )
        return int(row.pk)

    return answer_once(request, do)


def _reader(actor: Actor) -> User:
    reader = User.objects.filter(pk=actor.user_id or 0).first()
    if reader is None or (reader.tg_id is None and not PushSubscription.objects.filter(user=reader).exists()):
        raise NobodyToTell("you have no Telegram here, and no subscribed browser")
    return reader


def _fill(campaign: Campaign, draft: Draft) -> None:
    campaign.name = " ".join(draft.name.split())
    campaign.text_ru = draft.text_ru.replace("\r\n", "\n").strip()
    campaign.text_en = draft.text_en.replace("\r\n", "\n").strip()
    campaign.buttons = [button.to_json() for button in draft.buttons]
    audience = Audience.from_json(draft.audience.to_json())
    audience.require_known(Audience.from_json(campaign.audience))
    campaign.audience = audience.to_json()
    campaign.is_paid = draft.is_paid
    if draft.photo or draft.photo_file_id or draft.without_photo:
        _replace_photo(campaign, draft)
    check(campaign)
    if draft.photo:
        fresh = photo_file(draft.photo)
        campaign.photo.save(str(fresh.name), fresh, save=False)


def _replace_photo(campaign: Campaign, draft: Draft) -> None:
    before, storage = campaign.photo.name, campaign.photo.storage
    campaign.photo_file_id = draft.photo_file_id
    campaign.photo = photo_file(draft.photo).name if draft.photo else ""
    if before:
        transaction.on_commit(lambda: storage.delete(before))
